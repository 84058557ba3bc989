from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dev.local.child_process import ChildProcess, start_child
from dev.local.processes import is_alive

GRACE_SECONDS = 2


@pytest.fixture
def start(tmp_path: Path) -> Callable[[str], ChildProcess]:
    """Starts a Python program as a child and waits until it has printed ``ready``."""

    def start(program: str) -> ChildProcess:
        child = start_child(
            "sample", [sys.executable, "-u", "-c", program], tmp_path / "log", grace_seconds=GRACE_SECONDS
        )
        _wait_until(lambda: "ready" in child.log.read_text())
        return child

    return start


def _wait_until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _printed_pid(child: ChildProcess) -> int:
    return int(child.log.read_text().split()[0])


def test_stopping_gives_the_command_time_to_tidy_up(start: Callable[[str], ChildProcess]) -> None:
    child = start(
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (print('tidied'), sys.exit(0)))\n"
        "print('ready'); time.sleep(60)"
    )
    child.stop()
    assert child.last_log_line() == "tidied"


def test_a_command_that_ignores_the_signal_is_killed_after_the_grace_time(
    start: Callable[[str], ChildProcess],
) -> None:
    child = start(
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print(os.getpid(), 'ready'); time.sleep(60)"
    )
    child.stop()
    assert not is_alive(_printed_pid(child))


def test_processes_that_the_command_started_end_with_it(start: Callable[[str], ChildProcess]) -> None:
    child = start(
        "import subprocess, time\nprint(subprocess.Popen(['sleep', '60']).pid, 'ready'); time.sleep(60)"
    )
    child.stop()
    _wait_until(lambda: not is_alive(_printed_pid(child)))


def test_a_command_that_ends_by_itself_is_noticed_with_its_exit_code(
    start: Callable[[str], ChildProcess],
) -> None:
    child = start("print('ready'); raise SystemExit('the disk is full')")
    _wait_until(lambda: child.ended)
    assert (child.supervisor.returncode, child.last_log_line()) == (1, "the disk is full")


def test_stopping_a_second_time_changes_nothing(start: Callable[[str], ChildProcess]) -> None:
    child = start("import time; print('ready'); time.sleep(60)")
    child.stop()
    child.stop()
    assert child.ended

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dev.local.kept import Kept, keep
from dev.local.processes import is_alive

GRACE_SECONDS = 2


@pytest.fixture
def start(tmp_path: Path) -> Callable[[str], Kept]:
    """Keeps a Python program that has come as far as printing ``ready``."""

    def start(program: str) -> Kept:
        kept = keep(
            "sample", [sys.executable, "-u", "-c", program], tmp_path / "log", grace_seconds=GRACE_SECONDS
        )
        _wait_until(lambda: "ready" in kept.log.read_text())
        return kept

    return start


def _wait_until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _printed_pid(kept: Kept) -> int:
    return int(kept.log.read_text().split()[0])


def test_stopping_gives_the_command_time_to_tidy_up(start: Callable[[str], Kept]) -> None:
    kept = start(
        "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: (print('tidied'), sys.exit(0)))\nprint('ready'); time.sleep(60)"
    )
    kept.stop()
    assert kept.last_words() == "tidied"


def test_a_command_that_does_not_listen_is_killed_after_its_grace(start: Callable[[str], Kept]) -> None:
    kept = start(
        "import os, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint(os.getpid(), 'ready'); time.sleep(60)"
    )
    kept.stop()
    assert not is_alive(_printed_pid(kept))


def test_what_the_command_started_goes_with_it(start: Callable[[str], Kept]) -> None:
    kept = start(
        "import subprocess, time\nprint(subprocess.Popen(['sleep', '60']).pid, 'ready'); time.sleep(60)"
    )
    kept.stop()
    _wait_until(lambda: not is_alive(_printed_pid(kept)))


def test_an_end_of_its_own_is_noticed_with_its_exit_code(start: Callable[[str], Kept]) -> None:
    kept = start("print('ready'); raise SystemExit('the disk is full')")
    _wait_until(lambda: kept.ended)
    assert (kept.keeper.returncode, kept.last_words()) == (1, "the disk is full")


def test_stopping_twice_is_stopping_once(start: Callable[[str], Kept]) -> None:
    kept = start("import time; print('ready'); time.sleep(60)")
    kept.stop()
    kept.stop()
    assert kept.ended

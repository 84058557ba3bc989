"""Keeps one server alive for as long as its parent lives, and takes it down with everything it started.

    python keeper.py SIGNAL GRACE_SECONDS COMMAND...

The parent holds the other end of our standard input. When that closes, because the parent wants it or because the
parent is gone (even by kill -9), the command gets SIGNAL, then GRACE_SECONDS, then SIGKILL, its whole process group along.
Run by path and without site-packages: it starts in a few milliseconds and imports nothing of ours.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time

STDIN = 0


def keep(command: list[str], stop_signal: int, grace_seconds: float) -> int:
    """Run ``command`` in a process group of its own until it ends or we are told to stop; its exit code."""
    woken = _wake_on(signal.SIGCHLD, signal.SIGTERM)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    select.select([STDIN, woken], [], [])
    if child.poll() is None:
        _stop(child, stop_signal, grace_seconds)
    _end_group(child.pid, grace_seconds)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def _wake_on(*signals: int) -> int:
    """A descriptor that becomes readable when one of the signals comes in."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    for number in signals:
        signal.signal(number, _only_wake)
    return woken


def _only_wake(*_: object) -> None:
    """A handler, unlike SIG_IGN, is not inherited by the command."""


def _stop(child: subprocess.Popen[bytes], stop_signal: int, grace_seconds: float) -> None:
    child.send_signal(stop_signal)
    try:
        child.wait(grace_seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _end_group(group: int, grace_seconds: float) -> None:
    """What the command left behind gets the same grace; the group is gone when nobody can be signalled."""
    deadline = time.monotonic() + grace_seconds
    try:
        while time.monotonic() < deadline:
            os.killpg(group, signal.SIGTERM)
            time.sleep(0.05)
        os.killpg(group, signal.SIGKILL)
    except OSError:
        return


if __name__ == "__main__":
    for interactive in (
        signal.SIGINT,
        signal.SIGHUP,
    ):  # a terminal sends these to everybody; the parent decides
        signal.signal(interactive, _only_wake)
    sys.exit(keep(sys.argv[3:], getattr(signal, sys.argv[1]), float(sys.argv[2])))

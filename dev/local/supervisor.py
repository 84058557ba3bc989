"""Run one server until the parent process ends or asks to stop, then end all its processes.

    python supervisor.py SIGNAL GRACE_SECONDS COMMAND...

The parent holds the other end of our standard input. It closes when the parent closes it, and also
when the parent ends, even by kill -9. Then the command gets SIGNAL and after GRACE_SECONDS a
SIGKILL, and so does every other process of its group.
The file is run by its path and without site-packages: so it starts in a few milliseconds.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time

STDIN = 0


def supervise(command: list[str], stop_signal: int, grace_seconds: float) -> int:
    """Run ``command`` in a process group of its own until it ends or must stop.

    Return its exit code; 128 plus the number of the signal when a signal ended it.
    """
    signal_arrived = _pipe_of(signal.SIGCHLD, signal.SIGTERM)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    select.select([STDIN, signal_arrived], [], [])
    if child.poll() is None:
        _stop(child, stop_signal, grace_seconds)
    _end_group(child.pid, grace_seconds)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def _pipe_of(*signals: int) -> int:
    """Return a file descriptor that becomes readable when one of the signals arrives."""
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    signal.set_wakeup_fd(writable)
    for number in signals:
        signal.signal(number, _do_nothing)
    return readable


def _do_nothing(*_: object) -> None:
    """Handle a signal by waking the select only. Unlike SIG_IGN the command does not inherit it."""


def _stop(child: subprocess.Popen[bytes], stop_signal: int, grace_seconds: float) -> None:
    child.send_signal(stop_signal)
    try:
        child.wait(grace_seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _end_group(group: int, grace_seconds: float) -> None:
    """End the processes that the command left; they get the same time to end by themselves.

    Signalling a group without processes raises OSError: then the work is done.
    """
    deadline = time.monotonic() + grace_seconds
    try:
        while time.monotonic() < deadline:
            os.killpg(group, signal.SIGTERM)
            time.sleep(0.05)
        os.killpg(group, signal.SIGKILL)
    except OSError:
        return


if __name__ == "__main__":
    # A terminal sends these to all processes of a session; the parent decides what stops.
    for from_terminal in (signal.SIGINT, signal.SIGHUP):
        signal.signal(from_terminal, _do_nothing)
    sys.exit(supervise(sys.argv[3:], getattr(signal, sys.argv[1]), float(sys.argv[2])))

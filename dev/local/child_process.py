"""Servers as child processes that end when this process ends (supervisor.py sees to that)."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SUPERVISOR = Path(__file__).with_name("supervisor.py")


@dataclass(frozen=True)
class ChildProcess:
    """A running server: the process of its supervisor, and its log file."""

    name: str
    supervisor: subprocess.Popen[bytes]
    log: Path
    grace_seconds: float

    @property
    def ended(self) -> bool:
        return self.supervisor.poll() is not None

    def request_stop(self) -> None:
        """Ask the server to stop, without waiting for it, so that several can stop at once."""
        if self.supervisor.stdin and not self.supervisor.stdin.closed:
            self.supervisor.stdin.close()

    def stop(self) -> None:
        """Stop the server and every process it started, and wait until they are gone."""
        self.request_stop()
        self.supervisor.wait(2 * self.grace_seconds + 10)

    def last_log_line(self) -> str:
        """Return the last line of the log, for a sentence about why the server ended."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "it wrote nothing")


def start_child(
    name: str,
    command: Sequence[str],
    log: Path,
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    grace_seconds: float = 30,
) -> ChildProcess:
    """Start ``command`` in ``folder``, with its output appended to ``log``.

    ``grace_seconds`` is how long it may take to end after ``stop_signal`` before it is killed.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        supervisor = subprocess.Popen(
            [sys.executable, "-I", "-S", str(SUPERVISOR), stop_signal.name, str(grace_seconds), *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder,
        )
    return ChildProcess(name, supervisor, log, grace_seconds)

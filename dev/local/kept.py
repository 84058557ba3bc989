"""Servers as child processes that never outlive us (see keeper.py)."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

KEEPER = Path(__file__).with_name("keeper.py")


@dataclass(frozen=True)
class Kept:
    """A running server: its keeper and its log."""

    name: str
    keeper: subprocess.Popen[bytes]
    log: Path
    grace_seconds: float

    @property
    def ended(self) -> bool:
        return self.keeper.poll() is not None

    def let_go(self) -> None:
        """Tell the server to stop, without waiting for it; several servers then stop at the same time."""
        if self.keeper.stdin and not self.keeper.stdin.closed:
            self.keeper.stdin.close()

    def stop(self) -> None:
        """Stop the server with all it started; returns when it is gone."""
        self.let_go()
        self.keeper.wait(2 * self.grace_seconds + 10)

    def last_words(self) -> str:
        """The last line of the log, for a sentence about why it ended."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "it wrote nothing")


def keep(
    name: str,
    command: Sequence[str],
    log: Path,
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    grace_seconds: float = 30,
) -> Kept:
    """Start ``command``; its output is appended to ``log``."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", str(KEEPER), stop_signal.name, str(grace_seconds), *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder,
        )
    return Kept(name, keeper, log, grace_seconds)

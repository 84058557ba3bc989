"""Progress for the reader, on standard error: standard output is for results."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

console = Console(stderr=True, highlight=False)


@contextmanager
def step(words: str) -> Iterator[None]:
    """Show ``words`` while the block runs, and when it has ended how many seconds it took."""
    begin = time.monotonic()
    if console.is_terminal:
        with console.status(f"{words} ..."):
            yield
    else:
        console.print(f"{words} ...")
        yield
    console.print(f"{words}: {time.monotonic() - begin:.1f} s")

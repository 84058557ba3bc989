"""One stack at a time in one folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev.local.failures import CannotRun


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold ``folder`` for the length of the block. The kernel lets go of it when this process ends, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "claim").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotRun(
                f"{folder} is in use by process {_holder(folder)} (make up or make demo): stop that first, or wait for it."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def holder(folder: Path) -> int | None:
    """The process that holds ``folder``; None when nobody does."""
    try:
        with (folder / "claim").open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except OSError:
        return int(_holder(folder) or 0) or None
    return None


def _holder(folder: Path) -> str:
    return (folder / "claim").read_text().strip()

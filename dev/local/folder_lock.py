"""A lock on a folder of local state: one stack at a time in one folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev.local.failures import CannotRun

LOCK_FILE = "lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of ``folder`` for the length of the block; make the folder when it is missing.

    The kernel frees the lock when this process ends, however it ends.
    Raise CannotRun when another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK_FILE).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotRun(
                f"{folder} is in use by process {_noted_process(folder)} (make up or make demo): "
                "stop that first, or wait for it."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def lock_holder(folder: Path) -> int | None:
    """Return the id of the process that holds the lock of ``folder``; None when there is none."""
    try:
        with (folder / LOCK_FILE).open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except OSError:
        return int(_noted_process(folder) or 0) or None
    return None


def _noted_process(folder: Path) -> str:
    return (folder / LOCK_FILE).read_text().strip()

"""Which causes were mailed lately, kept in a file beside Airflow: for when the ledger can't say.

Airflow runs what a DAG calls when a run has failed on the machine of its DAG processor, so one file
there is seen by all runs. Where several machines do, each mails once.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from airflow.configuration import AIRFLOW_HOME

FOLDER_VARIABLE = "EXACT_ONLINE_STATE_FOLDER"
"""The folder of the file, where Airflow's own may not be written."""
FILE = Path(os.environ.get(FOLDER_VARIABLE) or AIRFLOW_HOME) / "exact_online_mailed.json"
ONCE_IN_SECONDS = 12 * 3600
"""Nights are a day apart: a cause that is there still in the next one is mailed again."""


def is_first(cause: str) -> bool:
    """Return whether `cause` was not mailed lately, and keep that it is mailed now.

    True also where that can't be kept: a mail too many is better than none.
    """
    try:
        with _opened() as file:
            now = time.time()  # with the lock: else who waited for it would have the older moment
            mailed = {each: at for each, at in _read(file).items() if 0 <= now - at < ONCE_IN_SECONDS}
            first = cause not in mailed
            _write(file, {cause: now, **mailed})
            return first
    except OSError:
        return True


def forget(cause: str) -> None:
    """Forget that a cause was mailed: its mail did not go."""
    try:
        with _opened() as file:
            _write(file, {each: at for each, at in _read(file).items() if each != cause})
    except OSError:
        return


@contextmanager
def _opened() -> Iterator[int]:
    """The file, which no other process has meanwhile; for its owner's eyes only."""
    file = os.open(FILE, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)  # and with it the lock


def _read(file: int) -> dict[str, float]:
    """What it holds; nothing where somebody damaged it."""
    os.lseek(file, 0, os.SEEK_SET)
    text = b"".join(iter(lambda: os.read(file, 65_536), b""))
    try:
        known = json.loads(text or b"{}")
        return {str(cause): float(at) for cause, at in known.items()}
    except (ValueError, AttributeError, TypeError):
        return {}


def _write(file: int, mailed: dict[str, float]) -> None:
    os.lseek(file, 0, os.SEEK_SET)
    os.ftruncate(file, 0)
    os.write(file, json.dumps(mailed).encode())

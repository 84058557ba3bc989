"""The practices that get a DAG, without a query on every parse of the DAG file.

The list is in a small JSON file, the snapshot, which the DAG processor writes twice a minute from
the registry (table `exact_sync.practice`; `dag_bundle.py`). A parse reads the snapshot, and when
that is old the registry. When the registry can't be reached it takes the old snapshot, so that no
DAG disappears because a database is down.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import tempfile
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

DAG_PREFIX = "exact_online__"
"""The id of a practice's DAG is this and the practice's code."""

SHARDS = 32
"""So many files build the DAGs of all practices: `shard_file` names them."""

MAX_AGE_SECONDS = 60
"""A snapshot that is older than this is made anew."""

ALWAYS_ASK = float("-inf")
"""No snapshot is new enough, nor one of a moment to come: a clock may have been put back."""

MAX_WAIT_SECONDS = 10.0
"""How long the registry may take. Airflow gives a whole DAG file 30 seconds by default."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RegisteredPractice:
    code: str
    name: str
    active: bool = True
    """The DAG of a practice that is not active has no schedule: it makes dry runs only (B3)."""


def practices_to_build(
    wanted_dag_id: str | None, ask_registry: Callable[[], list[RegisteredPractice]]
) -> list[RegisteredPractice]:
    """Return the practices to build a DAG for.

    These are all registered practices; when Airflow starts a task and so wants one DAG only, it is
    the practice of that DAG, without reading the list.
    `ask_registry` reads the registry; it is called when the snapshot is old.
    """
    if wanted_dag_id:
        is_ours = wanted_dag_id.startswith(DAG_PREFIX)
        return [RegisteredPractice(code := wanted_dag_id.removeprefix(DAG_PREFIX), code)] if is_ours else []
    return registered_practices(_snapshot_file(), ask_registry)


def practices_now(ask_registry: Callable[[], list[RegisteredPractice]]) -> list[RegisteredPractice]:
    """Return all registered practices, and keep them for the parses that follow.

    Raise nothing when the registry can't be read: they are those of the list that it read last.
    """
    return registered_practices(_snapshot_file(), ask_registry, max_age_seconds=ALWAYS_ASK)


def shard_of(code: str) -> int:
    """Return which file builds the DAG of a practice, from 0; it depends on the code alone."""
    return zlib.crc32(code.encode()) % SHARDS


def shard_file(shard: int) -> str:
    """Return the path of the file of a shard, within the folder of DAGs."""
    return f"exact_online_nightly/shard_{shard:02}.py"


def _snapshot_file() -> Path:
    home = Path(os.environ.get("AIRFLOW_HOME", "~")).expanduser()
    return Path(os.environ.get("EXACT_ONLINE_PRACTICES") or home / "practices.json")


def registered_practices(
    snapshot: Path,
    ask_registry: Callable[[], list[RegisteredPractice]],
    max_age_seconds: float = MAX_AGE_SECONDS,
) -> list[RegisteredPractice]:
    """Return all registered practices, sorted by code.

    They come from the snapshot when it is new enough, otherwise from the registry; from the old
    snapshot when the registry fails, with a warning in the log.
    """
    if _age_seconds(snapshot) <= max_age_seconds:
        return _read(snapshot)
    try:
        practices = _asked_in_time(ask_registry)
    except Exception as failure:
        log.warning(
            "The practice registry can't be read (%s: %s); going on with the last known list.",
            type(failure).__name__,
            failure,
        )
        known = _read(snapshot)
        if known:
            os.utime(snapshot)  # the next parses do not wait for it once more
        return known
    _write(snapshot, practices)
    return practices


def _asked_in_time(ask_registry: Callable[[], list[RegisteredPractice]]) -> list[RegisteredPractice]:
    """What the registry returns; TimeoutError after `MAX_WAIT_SECONDS`, whatever it is stuck in.

    A server that stands still keeps no time-out of its own, so the wait is ended here.
    """
    came: queue.Queue[list[RegisteredPractice] | Exception] = queue.Queue()

    def ask() -> None:
        try:
            came.put(ask_registry())
        except Exception as failure:
            came.put(failure)

    threading.Thread(target=ask, daemon=True).start()
    try:
        result = came.get(timeout=MAX_WAIT_SECONDS)
    except queue.Empty:
        raise TimeoutError(f"no answer within {MAX_WAIT_SECONDS:.0f} seconds") from None
    if isinstance(result, Exception):
        raise result
    return result


def _age_seconds(snapshot: Path) -> float:
    try:
        return time.time() - snapshot.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _read(snapshot: Path) -> list[RegisteredPractice]:
    try:
        rows = json.loads(snapshot.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # none yet, or half of one from an older version
        return []
    return [RegisteredPractice(**row) for row in rows]


def _write(snapshot: Path, practices: list[RegisteredPractice]) -> None:
    """Write the snapshot in one step: several parsers may write at the same time."""
    snapshot.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=snapshot.parent, prefix=snapshot.name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump([asdict(practice) for practice in practices], file)
    Path(name).replace(snapshot)

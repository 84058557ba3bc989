"""Which practices get a DAG, without asking a database on every parse.

The list lies in a small JSON snapshot. A parse reads that; when it is old it asks the registry (`exact_sync.practice`), and when the
registry can't be reached it goes on with the last known list: DAGs don't vanish because a database is away.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

DAG_PREFIX = "exact_online__"
"""A practice's DAG is called this and its code."""

MAX_AGE_SECONDS = 60
"""How old the snapshot may grow. The DAG processor parses the file far less often in production."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RegisteredPractice:
    code: str
    name: str
    active: bool = True
    """Else it has no nights yet: its DAG has no schedule, and makes dry runs only (B3)."""


def practices_to_build(wanted_dag_id: str | None) -> list[RegisteredPractice]:
    """Return all registered practices; for a task that starts only its own, without looking anything up."""
    if wanted_dag_id:
        is_ours = wanted_dag_id.startswith(DAG_PREFIX)
        return [RegisteredPractice(code := wanted_dag_id.removeprefix(DAG_PREFIX), code)] if is_ours else []
    return registered_practices(_snapshot_file(), _ask_registry)


def _snapshot_file() -> Path:
    home = Path(os.environ.get("AIRFLOW_HOME", "~")).expanduser()
    return Path(os.environ.get("EXACT_ONLINE_PRACTICES") or home / "practices.json")


def _ask_registry() -> list[RegisteredPractice]:
    from exact_online.tasks.connections import ledger_session  # only when the snapshot is old

    with ledger_session() as ledger:
        return [RegisteredPractice(**vars(practice)) for practice in ledger.practices.with_dag()]


def registered_practices(
    snapshot: Path, ask_registry: Callable[[], list[RegisteredPractice]], max_age_seconds: float = MAX_AGE_SECONDS
) -> list[RegisteredPractice]:
    """The practices that get a DAG, by code: from the snapshot when it is young, else from the registry, else the last known."""
    if _age_seconds(snapshot) <= max_age_seconds:
        return _read(snapshot)
    try:
        practices = ask_registry()
    except Exception as failure:
        log.warning("The practice registry can't be read (%s: %s); going on with the last known list.", type(failure).__name__, failure)
        return _read(snapshot)
    _write(snapshot, practices)
    return practices


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
    """Whole or not at all: several parsers may write at once."""
    snapshot.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=snapshot.parent, prefix=snapshot.name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump([asdict(practice) for practice in practices], file)
    Path(name).replace(snapshot)

"""The folder of DAG files, in which a file is read again when one of its practices changed.

The DAG processor reads a file again once an hour (include/airflow/settings.env): with thousands of
practices each reading costs a minute and a half of processor time. Twice a minute Airflow refreshes
the bundle, which asks the registry for the list of practices, one query, and has Airflow read the
files whose practices differ from before. So it does, after some minutes, with files that Airflow
could not read, in time or at all, and with those of practices whose DAG it does not have.
`AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST` names it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from airflow.dag_processing.bundles.local import LocalDagBundle

from exact_online.registry import DAG_PREFIX, RegisteredPractice, practices_now, shard_file, shard_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


LACKED_SECONDS = 300
"""After so long a file is read again that Airflow did not read, or not whole: when it starts, all
files wait for their turn."""
TOO_SOON = 0.8
"""Of the interval of a refresh: one that comes before is asked for by a wish of ours."""


def _ask_registry() -> list[RegisteredPractice]:
    from exact_online.tasks import connections  # Airflow imports this module in every process

    return connections.registered()


class PracticesBundle(LocalDagBundle):  # type: ignore[misc]
    """Airflow's folder of DAGs, which knows of which practices it was read last."""

    def __init__(
        self,
        *,
        ask_registry: Callable[[], list[RegisteredPractice]] = _ask_registry,
        seconds: Callable[[], float] = time.monotonic,
        **given: Any,
    ) -> None:
        super().__init__(**given)
        self._ask_registry, self._seconds = ask_registry, seconds
        self._next_look = float("-inf")
        self._known: set[RegisteredPractice] | None = None
        self._asked_once: set[str] = set()
        self._lacked_since: dict[str, float] = {}

    def refresh(self) -> None:
        """Have Airflow read the files of practices that are new, changed or gone, and those that it
        lacks.

        A change is asked for twice: Airflow drops a wish for a file that it is reading just then.
        Each wish makes Airflow refresh the bundle at once: nothing is looked at before its time.
        Raise nothing when the registry can't be read: the list stays as it was.
        """
        from airflow.utils.session import create_session

        now = self._seconds()
        if now < self._next_look:
            return
        self._next_look = now + TOO_SOON * self.refresh_interval
        practices = set(practices_now(self._ask_registry))
        changed = _files(practices ^ (practices if self._known is None else self._known))
        with create_session() as session:
            lacked = _files(_without_dag(session, practices)) | _failed(session, self.name)
            since = {file: self._lacked_since.get(file, now) for file in lacked}
            overdue = {file for file, began in since.items() if now - began >= LACKED_SECONDS}
            _have_read(session, self.name, changed | self._asked_once | overdue)
        self._known, self._asked_once = practices, changed
        self._lacked_since = since | dict.fromkeys(overdue, now)


def _files(practices: Iterable[RegisteredPractice]) -> set[str]:
    return {shard_file(shard_of(each.code)) for each in practices}


def _without_dag(session: Session, practices: Iterable[RegisteredPractice]) -> list[RegisteredPractice]:
    """Return the practices whose DAG Airflow does not have, or took away: a file that took too long
    leaves no error in its tables."""
    from airflow.models.dag import DagModel
    from sqlalchemy import select

    there = set(session.scalars(select(DagModel.dag_id).where(~DagModel.is_stale)))
    return [each for each in practices if f"{DAG_PREFIX}{each.code}" not in there]


def _failed(session: Session, bundle: str) -> set[str]:
    """Return the files that Airflow could not read, by paths within the bundle."""
    from airflow.models.errors import ParseImportError
    from sqlalchemy import select

    errors = select(ParseImportError.filename).where(ParseImportError.bundle_name == bundle)
    return {name for name in session.scalars(errors) if name}


def _have_read(session: Session, bundle: str, files: set[str]) -> None:
    """Ask Airflow to read these files, by paths within the bundle, before any other."""
    from airflow.models.dagbag import DagPriorityParsingRequest
    from sqlalchemy import select

    wished = select(DagPriorityParsingRequest.relative_fileloc).where(
        DagPriorityParsingRequest.bundle_name == bundle
    )
    for file in sorted(files.difference(session.scalars(wished))):
        session.add(DagPriorityParsingRequest(bundle, file))

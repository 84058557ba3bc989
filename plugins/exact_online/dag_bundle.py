"""The folder of DAG files, in which a file is read again when a practice of it was added or changed.

The DAG processor reads a file again once an hour (include/airflow/settings.env): with thousands of
practices each reading costs a minute and a half of processor time. Twice a minute Airflow refreshes
the bundle, which asks the registry for the list of practices, one query, and has Airflow read the
files whose practices differ from before. `AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST` names it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from airflow.dag_processing.bundles.local import LocalDagBundle

from exact_online.registry import RegisteredPractice, practices_now, shard_file, shard_of


def _ask_registry() -> list[RegisteredPractice]:
    from exact_online.tasks import connections  # Airflow imports this module in every process

    return connections.registered()


class PracticesBundle(LocalDagBundle):  # type: ignore[misc]
    """Airflow's folder of DAGs, which knows of which practices it was read last."""

    def __init__(
        self, *, ask_registry: Callable[[], list[RegisteredPractice]] = _ask_registry, **given: Any
    ) -> None:
        super().__init__(**given)
        self._ask_registry = ask_registry
        self._known: set[RegisteredPractice] | None = None
        self._asked_once: set[str] = set()

    def refresh(self) -> None:
        """Have Airflow read the files of practices that are new, changed or gone; at first none.

        Each is asked for twice: Airflow drops a wish for a file that it is reading at that moment.
        Raise nothing when the registry can't be read: the list stays as it was.
        """
        practices = set(practices_now(self._ask_registry))
        changed = practices ^ (practices if self._known is None else self._known)
        files = {shard_file(shard_of(each.code)) for each in changed}
        _have_read(self.name, files | self._asked_once)
        self._known, self._asked_once = practices, files


def _have_read(bundle: str, files: set[str]) -> None:
    """Ask Airflow to read these files, by paths within the bundle, before any other."""
    from airflow.models.dagbag import DagPriorityParsingRequest
    from airflow.utils.session import create_session
    from sqlalchemy import select

    if not files:
        return
    with create_session() as session:
        wished = select(DagPriorityParsingRequest.relative_fileloc).where(
            DagPriorityParsingRequest.bundle_name == bundle
        )
        for file in sorted(files.difference(session.scalars(wished))):
            session.add(DagPriorityParsingRequest(bundle, file))

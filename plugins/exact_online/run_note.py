"""Writes the night in one sentence as the note of its run in Airflow, for the list of runs.

A task has no way to set the note of its own run, so the scheduler does when it ends a run: Airflow
calls a listener then. The sentence is what task `report` returned; the ledger is not asked, since
the scheduler must wait for nothing but its own database.
"""

from __future__ import annotations

import logging
from typing import Any

from airflow.listeners import hookimpl

from exact_online.registry import DAG_PREFIX

log = logging.getLogger(__name__)

TASK = "report"
NOT_OPENED = "Niet geopend, dus niets geboekt; de rode taak zegt waarom."
OF_A_PERSON = "\n\n---\n\n"
"""Before what a person wrote in the note: that stays, below the sentence."""
LONGEST = 1000
"""Characters of a note in Airflow's table."""
WAIT = "set local lock_timeout = '2s'"
"""For nobody longer than that: a night without a note is no worse."""


@hookimpl  # type: ignore[untyped-decorator]
def on_dag_run_success(dag_run: Any, msg: str) -> None:
    """Write the note of a run that succeeded."""
    note_run(dag_run)


@hookimpl  # type: ignore[untyped-decorator]
def on_dag_run_failed(dag_run: Any, msg: str) -> None:
    """Write the note of a run that failed."""
    note_run(dag_run)


def note_run(dag_run: Any) -> None:
    """Write the note of a practice's run that ended, but for a dry run. Never raises: what goes
    wrong is logged.
    """
    if not dag_run.dag_id.startswith(DAG_PREFIX) or (dag_run.conf or {}).get("dry_run"):
        return
    try:
        _write(dag_run)
    except Exception as failure:
        log.warning("Run %s of %s has no note (%s).", dag_run.run_id, dag_run.dag_id, type(failure).__name__)


def _write(dag_run: Any) -> None:
    """Write in a session of its own: the scheduler's may not be committed here, nor break."""
    from airflow.models.dagrun import DagRunNote
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from sqlalchemy import text

    with create_session(scoped=False) as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text(WAIT))
        asked = XComModel.get_many(
            run_id=dag_run.run_id, dag_ids=dag_run.dag_id, task_ids=TASK, key="return_value"
        )
        told = session.scalars(asked.limit(1)).first()
        sentence = str(XComModel.deserialize_value(told)) if told else NOT_OPENED
        note = session.get(DagRunNote, dag_run.id)
        if note is None:
            note = DagRunNote(content=sentence[:LONGEST])
            note.dag_run_id = dag_run.id
            session.add(note)
        else:
            note.content = with_sentence(sentence, note.content or "", is_persons=note.user_id is not None)


def with_sentence(sentence: str, before: str, *, is_persons: bool) -> str:
    """Return the note with a new sentence; what a person wrote in it stays. Pure."""
    _, mark, theirs = before.partition(OF_A_PERSON)
    if not mark:
        theirs = before if is_persons else ""
    return (f"{sentence}{OF_A_PERSON}{theirs}" if theirs else sentence)[:LONGEST]

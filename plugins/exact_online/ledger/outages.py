"""Why nights failed, and outages: what stops all practices at once, such as Exact that is down."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from exact_online.failures import Problem
from exact_online.ledger.session import Session


@dataclass(frozen=True)
class NightFailure:
    """Why a step of a run failed."""

    task: str
    problems: list[list[Any]]
    """Of each problem its code and its values."""
    noted_at: dt.datetime


@dataclass(frozen=True)
class Outage:
    """Something that all practices share did not work for a while."""

    outage_id: int
    shared: str
    """``exact``, ``app`` or ``james`` (`CatalogueEntry.shared`)."""
    code: str
    code_values: Mapping[str, Any]
    began_at: dt.datetime
    last_failure_at: dt.datetime
    ended_at: dt.datetime | None
    practices: int
    """Whose nights failed by it."""


class Outages:
    """Writes why nights failed, and follows outages."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def note_failure(
        self, practice: str, airflow_run_id: str, step: str, task: str, problems: Sequence[Problem]
    ) -> None:
        """Write down by what a step of a task of a run failed."""
        found = Jsonb([[code, dict(values)] for code, values in problems], dumps=_as_text)
        self._session.write(
            "night_failure_note",
            practice=practice,
            airflow_run_id=airflow_run_id,
            step=step,
            task=task,
            problems=found,
        )

    def forget_failure(self, practice: str, airflow_run_id: str, task: str) -> None:
        """Forget by what a task failed: it begins again."""
        self._session.write(
            "night_failure_forget", practice=practice, airflow_run_id=airflow_run_id, task=task
        )

    def failures(self, practice: str, airflow_run_id: str) -> list[NightFailure]:
        """Return by what the steps of a run failed, the first first."""
        return self._session.records(
            NightFailure, "night_failures", practice=practice, airflow_run_id=airflow_run_id
        )

    def note(
        self, shared: str, problem: Problem, practice: str, airflow_run_id: str, since: dt.datetime
    ) -> int | None:
        """Write down that a night failed by what all share; return the outage if it begins here."""
        code, values = problem
        row = self._session.write_row(
            "outage_note",
            shared=shared,
            code=code,
            values=Jsonb(dict(values), dumps=_as_text),
            practice=practice,
            airflow_run_id=airflow_run_id,
            since=since,
        )
        assert row is not None
        return row["outage_id"] if row["is_new"] else None

    def answered(self, shared: Collection[str]) -> list[Outage]:
        """Write down that these worked for a practice; return the outages that are over by that."""
        rows = self._session.write("outage_answered", shared=list(shared))
        return [Outage(**row) for row in rows if row["ended_at"]]

    def over(self) -> list[Outage]:
        """Return, once, the outages that turned out to be over."""
        return [Outage(**row) for row in self._session.write("outage_over")]

    def practices(self, since: dt.datetime) -> list[str]:
        """Return whose latest night failed by an outage that went on until after `since`."""
        return [row["practice"] for row in self._session.rows("outage_practices", since=since)]


def _as_text(document: Any) -> str:
    return json.dumps(document, default=str)

"""Runs of a practice's DAG: opened, closed, and the numbers that are kept with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from psycopg.types.json import Jsonb

from exact_online.ledger.night_numbers import NightNumbers
from exact_online.ledger.session import Session


class RunOutcome(StrEnum):
    """How a run ended; also what the ledger stores."""

    COMPLETE = "complete"
    UNFINISHED = "unfinished"
    """Something is still planned, sending or doubtful: the next run goes on."""
    REJECTED = "rejected"
    """Everything else is booked; something is rejected or held."""
    FAILED = "failed"


@dataclass(frozen=True)
class Run:
    """One run of a practice's DAG."""

    run_id: str
    practice: str
    book_day: dt.date
    dry_run: bool
    settings_version: int
    airflow_run_id: str
    backfill: str = "nothing"
    """What it does with invoices from before the link date: one of `Backfill`."""
    history_from: dt.date | None = None
    """The first day of those; None when it does nothing with them."""
    history_until: dt.date | None = None
    """Their last day; None for the day before the link date."""


@dataclass(frozen=True)
class RunStop:
    """A cause that stopped tasks of a run."""

    cause: str
    """A code of stops.toml or reasons.toml, and its values as JSON; see `outcomes.cause_of`."""
    is_red: bool
    """False when the red task began anew since: what was skipped for it is not done yet."""
    tasks: list[str]
    """Not done: the red one first, then those that were skipped, since it would stop them too."""

    @property
    def task(self) -> str:
        """The one whose clearing, with what comes after it, does them all."""
        return self.tasks[0]


@dataclass(frozen=True)
class JamesAmount:
    """What James charged for one kind of debtor and item at one VAT percentage;
    None for what James lacks.
    """

    debtor_kind: str | None
    item_origin: str | None
    vat_percentage: Decimal | None
    amount: Decimal | None
    """Gross, in euros, VAT included."""


@dataclass(frozen=True)
class JamesTotal(JamesAmount):
    """What James sums over the days of a run."""

    invoices: int
    """Invoices and claims that have such a line."""
    month: dt.date | None = None
    """First day of the month in which James invoiced them; None where James has no day."""

    def to_json(self) -> dict[str, Any]:
        """Return the fields with exact numbers and days as text."""
        return {
            name: str(value) if isinstance(value, Decimal | dt.date) else value
            for name, value in vars(self).items()
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> JamesTotal:
        """Return the total that `to_json` wrote."""
        percentage, amount = (None if document[name] is None else Decimal(document[name]) for name in _EXACT)
        month = dt.date.fromisoformat(document["month"]) if document.get("month") else None
        return cls(**{**document, "vat_percentage": percentage, "amount": amount, "month": month})


_EXACT = ("vat_percentage", "amount")


class Runs:
    """Reads and writes runs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(
        self, practice: str, airflow_run_id: str, book_day: dt.date, dry_run: bool, settings_version: int
    ) -> Run:
        """Open the run of a practice and an Airflow run,
        or open it again when its tasks were cleared.
        """
        row = self._session.write_row(
            "open_run",
            practice=practice,
            airflow_run_id=airflow_run_id,
            book_day=book_day,
            dry_run=dry_run,
            settings_version=settings_version,
        )
        assert row is not None
        return self.get(str(row["run_id"]))

    def get(self, run_id: str) -> Run:
        """Return a run that was opened."""
        run = self._session.record(Run, "read_run", run_id=run_id)
        assert run is not None, f"run {run_id} is not in the ledger"
        return run

    def opened(self, practice: str, airflow_run_id: str) -> Run | None:
        """Return the run of an Airflow run whose first step succeeded, or that is a dry run;
        else None.
        """
        return self._session.record(Run, "find_run", practice=practice, airflow_run_id=airflow_run_id)

    def note_ready(self, run: Run) -> None:
        """Write down that the first step of the run succeeded: the others may begin."""
        self._session.write("note_ready", run_id=run.run_id)

    def use_settings(self, run: Run, version: int) -> Run:
        """Let a run go on with this version of the settings; return it so."""
        self._session.write("use_settings", run_id=run.run_id, settings_version=version)
        return self.get(run.run_id)

    def choose_history(
        self, run: Run, backfill: str, history_from: dt.date | None, history_until: dt.date | None = None
    ) -> Run:
        """Write down what a run does with older invoices, and of which days; return it so."""
        days = {"history_from": history_from, "history_until": history_until}
        self._session.write("choose_history", run_id=run.run_id, backfill=backfill, **days)
        return self.get(run.run_id)

    def note_history_planned(self, run: Run) -> None:
        """Write down that all of the days of an import was planned: nothing of them is forgotten.

        `run` is the night's, or that of its history.
        """
        name = run.airflow_run_id.removesuffix(":history")
        self._session.write("note_history_planned", practice=run.practice, airflow_run_id=name)

    def unfinished_imports(self, practice: str) -> list[tuple[dt.date, dt.date | None]]:
        """Return the days of imports of history that are not finished, as first and last day, the
        one tried longest ago first; the last day is None for the day before the link date.
        """
        rows = self._session.rows("unfinished_imports", practice=practice)
        return [(row["first_day"], row["last_day"]) for row in rows]

    def division_was_read(self, run: Run, first_day: dt.date, age: dt.timedelta) -> bool:
        """Return whether another run has read the division from a day on, within `age` and since
        this run was begun again.
        """
        row = self._session.row(
            "division_was_read", run_id=run.run_id, first_day=first_day, seconds=age.total_seconds()
        )
        return bool(row and row["was_read"])

    # --- steps that are begun again ---------------------------------------------------------------

    def step_has_ended(self, run: Run, step: str) -> bool:
        """Return whether a step ended before, and what it depends on was not read since."""
        row = self._session.row("step_has_ended", run_id=run.run_id, step=step)
        return bool(row and row["ended"])

    def end_step(self, run: Run, step: str) -> None:
        """Write down that a step ended, well or not: who begins it again has changed something."""
        self._session.write("end_step", run_id=run.run_id, step=step)

    def forget_ended(self, run: Run, *steps: str) -> None:
        """Forget that these steps ended, all of the run when none are named: all was read anew."""
        self._session.write("forget_ended_steps", run_id=run.run_id, steps=list(steps) or None)

    # --- one cause is one red task ----------------------------------------------------------------

    def note_stop(self, run: Run, cause: str, task: str, step: str) -> str:
        """Write down that a step of a task stopped by a cause; return the task that is red."""
        row = self._session.write_row("note_stop", run_id=run.run_id, cause=cause, task=task, step=step)
        assert row is not None
        return str(row["task"])

    def forget_stops(self, run: Run, step: str, tasks: Sequence[str] = ()) -> None:
        """Forget what a step stopped by: it begins anew. `tasks`: those that it decides about."""
        self._session.write("forget_stops", run_id=run.run_id, step=step, tasks=list(tasks))

    def stops(self, run: Run) -> list[RunStop]:
        """Return what stopped tasks of a run, the oldest first."""
        return self._session.records(RunStop, "stops_of_run", run_id=run.run_id)

    def ids_of_night(self, run: Run) -> list[str]:
        """Return the ids of a run and of the history run that belongs to it."""
        rows = self._session.rows("run_ids_of", practice=run.practice, airflow_run_id=run.airflow_run_id)
        return [row["run_id"] for row in rows]

    def finish(self, run_id: str, outcome: RunOutcome) -> None:
        """Close a run."""
        self._session.write("finish_run", run_id=run_id, outcome=outcome)

    def end_unopened(self, practice: str, airflow_run_id: str, *, dry_run: bool = False) -> Run | None:
        """Close, as failed, the run of an Airflow run whose first step did not succeed; return it.

        None when that step did, and when the ledger has no such run. `dry_run`: a dry run that
        failed, which has no first step.
        """
        asked = {"practice": practice, "airflow_run_id": airflow_run_id, "dry_run": dry_run}
        row = self._session.write_row("end_unopened", **asked)
        return self.get(row["run_id"]) if row else None

    def save_james_totals(self, run_id: str, totals: Sequence[JamesTotal]) -> None:
        """Keep what James summed itself in the snapshot that was extracted."""
        self._session.write(
            "save_james_totals", run_id=run_id, totals=Jsonb([total.to_json() for total in totals])
        )

    def james_totals(self, run_id: str) -> list[JamesTotal] | None:
        """Return what James summed itself; None when the run has not read James."""
        row = self._session.row("read_james_totals", run_id=run_id)
        if row is None or row["james_totals"] is None:
            return None
        return [JamesTotal.from_json(total) for total in row["james_totals"]]

    def save_numbers(self, run_id: str, numbers: NightNumbers) -> None:
        """Keep the numbers of a run's reconciliation."""
        self._session.write("save_numbers", run_id=run_id, numbers=Jsonb(numbers.to_json()))

    def numbers(self, run_id: str) -> NightNumbers | None:
        """Return the numbers of a run; None before its reconciliation."""
        row = self._session.row("read_numbers", run_id=run_id)
        return NightNumbers.from_json(row["numbers"]) if row and row["numbers"] else None

    def to_leave(
        self, practices: Sequence[str], airflow_run_ids: Sequence[str], started: Sequence[dt.datetime]
    ) -> frozenset[tuple[str, str]]:
        """Return which of these failed Airflow runs need no clearing: they went to their end, or a
        newer night of the practice did. Practice and Airflow run id.
        """
        rows = self._session.rows(
            "runs_to_leave",
            practices=list(practices),
            airflow_run_ids=list(airflow_run_ids),
            started=list(started),
        )
        return frozenset((row["practice"], row["airflow_run_id"]) for row in rows)

    def numbers_of_airflow_run(self, practice: str, airflow_run_id: str) -> NightNumbers | None:
        """Return the numbers of the run that an Airflow run made;
        None when it never came that far.
        """
        row = self._session.row(
            "read_numbers_of_airflow_run", practice=practice, airflow_run_id=airflow_run_id
        )
        return NightNumbers.from_json(row["numbers"]) if row and row["numbers"] else None

"""What is open, by its cause: one item per cause over records, nights and practices.

Reads view ``v_open_items``, which BI tools may read too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from psycopg.rows import DictRow

from exact_online.book_day import AMSTERDAM
from exact_online.ledger.fleet import containing
from exact_online.ledger.review import AttentionItem, Review, with_both_sides
from exact_online.ledger.session import Session
from exact_online.reasons import cured_by, ends_by_itself

CAUSES_PER_PAGE = 25
RECORDS_PER_PAGE = 50


class Order(StrEnum):
    """In which order causes are listed."""

    NEED = "need"
    """Whole practices first, then by euros; last what ends by itself."""
    AGE = "age"
    EUROS = "euros"


@dataclass(frozen=True)
class OpenFilter:
    """Which causes are listed; None leaves a field out."""

    practice: str | None = None
    """The code of one practice."""
    text: str = ""
    """What the name or code of a practice contains."""
    reason: str | None = None
    who: str | None = None
    """Who must act: ``practice``, ``accountant`` or ``support``."""

    @property
    def reasons(self) -> list[str] | None:
        """The codes that are asked for; None for all."""
        wanted = cured_by(self.who) if self.who else None
        if self.reason is None:
            return None if wanted is None else sorted(wanted)
        return [self.reason] if wanted is None or self.reason in wanted else []


@dataclass(frozen=True)
class OpenCause:
    """One cause."""

    cause_id: str
    reason: str
    cause_values: Mapping[str, Any]
    practices: int
    records: int
    """Those that have the cause, and those that only wait for one that has it."""
    invoices: int
    """Of the records, those that are no debtors."""
    cents: int
    since: dt.datetime
    practice_name: str
    """Of one of its practices: of the only one, when there is one."""
    example: str
    """Which of its records `OpenItems.examples` gives."""
    is_practice: bool
    """True when whole practices are stopped by it."""
    is_by_itself: bool
    """True when nobody has to do anything."""
    found: int
    """How many causes there are in all."""
    open_reasons: Sequence[str]
    """Codes of all reasons that something is open for at the practices that were asked for."""


@dataclass(frozen=True)
class OpenRecord:
    """One record of a cause."""

    practice: str
    practice_name: str
    subject: str
    kind: str
    state: str
    reason: str
    cents: int
    day: dt.date | None
    since: dt.datetime
    number: int | None
    """Its entry number."""
    is_waiting: bool
    """True when another record has the cause, and this one waits for it."""
    booking_id: int | None
    """None for what is no record of the ledger."""
    run: str | None
    """Airflow's id of the run, of a night that began."""
    task: str
    """The task that stopped first, of a night that failed; empty when that is not known."""
    item: AttentionItem
    """What the sentence of the cause needs."""


class OpenItems:
    """Reads what is open; nothing here writes."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._review = Review(session)

    def causes(
        self, wanted: OpenFilter | None = None, order: Order = Order.NEED, page: int = 1
    ) -> list[OpenCause]:
        """Return page `page`, from 1, of the causes of what is open: `CAUSES_PER_PAGE` at most."""
        wanted = wanted or OpenFilter()
        pattern = containing(wanted.text) if wanted.text else None
        asked = {"practice": wanted.practice, "pattern": pattern, "reasons": wanted.reasons}
        return self._causes(order, page, **asked, cause_id=None)

    def cause(self, cause_id: str, practice: str | None = None) -> OpenCause | None:
        """Return one cause, of all practices or one; None when nothing is open by it."""
        asked = {"practice": practice, "pattern": None, "reasons": None}
        return next(iter(self._causes(Order.NEED, 1, **asked, cause_id=cause_id)), None)

    def _causes(self, order: Order, page: int, **asked: Any) -> list[OpenCause]:
        return self._session.records(
            OpenCause,
            "open_causes",
            **asked,
            by_itself=sorted(ends_by_itself()),
            sorted_by=order,
            page_size=CAUSES_PER_PAGE,
            skipped=(page - 1) * CAUSES_PER_PAGE,
        )

    def reasons(self, practice: str | None = None) -> list[str]:
        """Return the codes of all reasons that something is open for, at all practices or one."""
        return [row["reason"] for row in self._session.rows("open_reasons", practice=practice)]

    def records(
        self,
        cause_id: str,
        practice: str | None = None,
        *,
        subject: str | None = None,
        own_only: bool = False,
        page: int = 1,
        page_size: int = RECORDS_PER_PAGE,
    ) -> list[OpenRecord]:
        """Return page `page`, from 1, of the records of a cause, the oldest first.

        `own_only` leaves out what only waits for a record that has the cause.
        """
        rows = self._session.rows(
            "open_cause_records",
            cause_id=cause_id,
            practice=practice,
            practices=None,
            subject=subject,
            examples=None,
            own_only=own_only,
            page_size=page_size,
            skipped=(page - 1) * page_size,
        )
        return [self._record(row) for row in rows]

    def examples(self, causes: Sequence[OpenCause]) -> dict[str, OpenRecord]:
        """Return a record of each of these causes, by cause id: what fills in its sentence."""
        found = self.of_keys([cause.example for cause in causes])
        return {cause.cause_id: found[cause.example] for cause in causes if cause.example in found}

    def of_keys(self, keys: Sequence[str]) -> dict[str, OpenRecord]:
        """Return open records by their keys: cause id, practice, subject, with blanks between."""
        rows = self._session.rows(
            "open_cause_records",
            cause_id=None,
            practice=None,
            practices=[key.split(" ", 2)[1] for key in keys],  # read those alone, not the fleet
            subject=None,
            examples=list(keys),
            own_only=False,
            page_size=len(keys),
            skipped=0,
        )
        return {
            " ".join((row["cause_id"], row["practice"], row["subject"])): self._record(row) for row in rows
        }

    def _record(self, row: DictRow) -> OpenRecord:
        return OpenRecord(
            **{name: row[name] for name in _OF_ROW},
            number=row["own_number"] or row["entry_number"],
            run=(row["reason_values"] or {}).get("run") if row["kind"] == "night" else None,
            task=(row["reason_values"] or {}).get("task", "") if row["kind"] == "night" else "",
            item=self._item(row),
        )

    def _item(self, row: DictRow) -> AttentionItem:
        """What the sentence says: of a difference both sides, of a practice its name."""
        message = row["exact_message"]
        if message:
            (message,) = self._review.without_names(row["practice"], [message])
        return AttentionItem(
            booking_id=row["booking_id"] or 0,
            source_key=row["source_key"] or row["difference_key"] or row["subject"],
            kind=row["cause_kind"] or row["kind"],
            state=row["state"],
            debtor_number=row["debtor_number"] or "",
            entry_number=row["entry_number"],
            reference=row["reference"],
            reason=row["reason"],
            reason_values=_values(row),
            exact_message=message,
        )


_OF_ROW = (
    "practice", "practice_name", "subject", "kind", "state", "reason", "cents", "day", "since", "is_waiting",
    "booking_id",
)  # fmt: skip


def _values(row: DictRow) -> dict[str, Any]:
    if row["difference_id"] is not None or row["reason"] == "not_yet_due":
        cents = {"james_cents": row["james_cents"] or row["cents"], "exact_cents": row["exact_cents"] or 0}
        return dict(with_both_sides({**row, **cents})["reason_values"])
    since = f"{row['since'].astimezone(AMSTERDAM):%d-%m-%Y}"
    own = {"practices": row["practice_name"], "since": since}
    return {**own, **(row["reason_values"] or {})}

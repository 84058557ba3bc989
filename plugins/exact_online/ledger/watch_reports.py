"""What the watch reads of nights and invoices, and what it told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from psycopg.types.json import Jsonb

from exact_online.ledger.open_items import OpenItems
from exact_online.ledger.review import AttentionItem
from exact_online.ledger.session import Session
from exact_online.reasons import ends_by_itself


@dataclass(frozen=True)
class UnfinishedNight:
    """An active practice whose night of a day did not come to its end."""

    practice: str
    name: str
    started_at: dt.datetime | None
    """When the run of that night began; None when there is none."""
    last_day: dt.date | None
    """Book day of the last night that ended."""


@dataclass(frozen=True)
class InvoiceCount:
    """How many invoices and claims a practice has of a day."""

    practice: str
    name: str
    day: dt.date
    invoices: int


@dataclass(frozen=True)
class OldItems:
    """What of a practice waits for a person since some time."""

    practice: str
    name: str
    records: int
    since: dt.date
    """Of the oldest."""
    item: AttentionItem
    """The oldest that a person must act on, else the oldest."""


@dataclass(frozen=True)
class WatchReport:
    """What the watch found of a practice, since when, and when that was last told."""

    practice: str
    reason: str
    since: dt.date
    reported_on: dt.date | None


class WatchReports:
    """Reads nights and invoices of all practices, and keeps what the watch found."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def unfinished_nights(self, day: dt.date) -> list[UnfinishedNight]:
        """Return the practices without an ended night of this book day."""
        return self._session.records(UnfinishedNight, "unfinished_nights", day=day)

    def invoice_counts(self, day: dt.date, weeks: int) -> list[InvoiceCount]:
        """Return the invoices of a day, and of the same day in the weeks before, by practice."""
        return self._session.records(InvoiceCount, "invoice_counts", day=day, weeks=weeks)

    def old_items(self, before: dt.datetime) -> list[OldItems]:
        """Return per active practice what is open since before a moment; none for the others.

        What stops whole practices is left out: it is told by reasons of its own.
        """
        by_itself = sorted(ends_by_itself())
        rows = self._session.rows("old_open_items", before=before, by_itself=by_itself)
        records = OpenItems(self._session).of_keys([row["example"] for row in rows])
        return [
            OldItems(row["practice"], row["name"], row["records"], row["since"], records[row["example"]].item)
            for row in rows
            if row["example"] in records
        ]

    def addresses(self) -> dict[tuple[str, str], str]:
        """Return mail addresses by practice and whose it is, ``practice`` or ``accountant``.

        An accountant whose address nobody typed is who gave the latest consent by a signed link.
        """
        return {
            (row["practice"], whose): row[f"{whose}_mail"]
            for row in self._session.rows("mail_addresses")
            for whose in ("practice", "accountant")
            if row[f"{whose}_mail"]
        }

    def follow(self, found: Collection[tuple[str, str]], reasons: Sequence[str], day: dt.date) -> None:
        """Keep since when each (practice, reason) of `reasons` is so; forget what is over."""
        rows = [{"practice": practice, "reason": reason} for practice, reason in sorted(found)]
        self._session.write("follow_watch", found=Jsonb(rows), reasons=list(reasons), day=day)

    def claim(self, practices: Sequence[str], reasons: Sequence[str], day: dt.date) -> bool:
        """Claim the mail about these; False when another session has it, or it was told today."""
        asked = {"practices": [*practices], "reasons": [*reasons], "day": day}
        return bool(self._session.write("claim_late_nights", **asked))

    def list(self) -> list[WatchReport]:
        """Return what was found and is still so."""
        return self._session.records(WatchReport, "list_watch")

    def note_reported(self, day: dt.date) -> None:
        """Write down that support was mailed about all that was found."""
        self._session.write("note_watch_reported", day=day)

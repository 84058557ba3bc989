"""What the pages of one practice show: nights, bookings, causes, workbooks, and who did what.

Reads only. Amounts are cents, moments are aware. No row here has a name or an address, but for
`debtor`, whose reading is logged (`Events.note_access`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exact_online.book_day import book_day
from exact_online.ledger.review import AttentionItem, difference_values
from exact_online.ledger.session import Session
from exact_online.schedule import RUN_TIMEOUT

NIGHTS = 30
BOOKINGS = 50
MAX_MOVES = 500
MAX_AUDIT = 200
REASONED = ["held", "rejected", "doubtful", "closed"]
"""The states that have a reason."""
LARGEST_NUMBER = 2_147_483_647
"""Of an entry number in the ledger; a longer number is none."""


@dataclass(frozen=True)
class NightRow:
    """A night, with what its numbers say; the counts are None when it has none."""

    airflow_run_id: str
    book_day: dt.date
    started_at: dt.datetime
    finished_at: dt.datetime | None
    outcome: str | None
    """A `RunOutcome`; None while it runs."""
    debtors_created: int | None
    debtors_changed: int | None
    sales_entries: int | None
    general_journal_entries: int | None
    rejected: int | None
    held: int | None
    doubtful: int | None
    night_cents: int | None
    """Gross, what it booked."""
    difference_cents: int | None
    reason: str | None
    """The code of what stopped it first; None when nothing did, or that is not known."""
    reason_values: Mapping[str, Any] | None


@dataclass(frozen=True)
class BookingRow:
    """A booking as a list shows it."""

    booking_id: int
    source_key: str
    kind: str
    state: str
    debtor_number: str
    journal: str | None
    entry_number: int | None
    entry_date: dt.date | None
    reference: str | None
    total_cents: int
    reason: str | None
    planned_at: dt.datetime
    booked_at: dt.datetime | None


@dataclass(frozen=True)
class BookingDetail:
    """One booking."""

    booking_id: int
    source_key: str
    kind: str
    version: int
    state: str
    debtor_number: str
    journal: str | None
    financial_year: int | None
    financial_period: int | None
    entry_number: int | None
    entry_date: dt.date | None
    reference: str | None
    total_cents: int
    settings_version: int
    reason: str | None
    reason_values: Mapping[str, Any] | None
    exact_message: str | None
    """Exact's own words, which may name somebody: `Review.without_names` before they are shown."""
    exact_id: str | None
    planned_at: dt.datetime
    booked_at: dt.datetime | None
    file_name: str | None
    """Of the workbook that it was handed over in."""
    export_id: str | None
    difference: str | None
    """The cause of its open difference."""
    differs_since: dt.datetime | None
    james_cents: int | None
    exact_cents: int | None
    differs: str

    @property
    def difference_values(self) -> Mapping[str, Any]:
        """Return what the sentence of its open difference may name; empty without one."""
        if self.differs_since is None:
            return {}
        found = difference_values(
            self.james_cents or 0, self.exact_cents or 0, self.differs, self.differs_since
        )
        return {**self.values_of(self.difference), **found}

    def values_of(self, reason: str | None) -> Mapping[str, Any]:
        """Return what the sentence of a reason of this record may name."""
        own = self.reason_values if reason == self.reason else None
        item = AttentionItem(
            booking_id=self.booking_id,
            source_key=self.source_key,
            kind=self.kind,
            state=self.state,
            debtor_number=self.debtor_number,
            entry_number=self.entry_number,
            reference=self.reference,
            reason=reason,
            reason_values=own or {},
            exact_message=None,
        )
        return item.values


@dataclass(frozen=True)
class BookingMove:
    """One move of a record."""

    at: dt.datetime
    from_state: str | None
    to_state: str
    attempt: int
    reason: str | None
    moved_by: str | None
    booking_id: int
    airflow_run_id: str | None
    book_day: dt.date | None


@dataclass(frozen=True)
class BookingLine:
    """A line of a booking; gross and VAT."""

    line_number: int
    profession: str
    revenue_group: str
    vat_rate: str
    gl_account: str
    vat_code: str
    gross_cents: int
    vat_cents: int


@dataclass(frozen=True)
class WorkbookRow:
    """A workbook that was handed over, without its content."""

    export_id: str
    file_name: str
    sha256: str
    invoices: int
    total_cents: int
    created_at: dt.datetime
    is_kept: bool
    """False once its content was purged."""
    taken_back_by: str | None
    kind: str
    set_id: str
    """The hand-over that it belongs to."""
    found: int | None
    """Of its entries, in Exact as handed over, by the last look; None before it."""
    missing: int | None
    different: int | None


@dataclass(frozen=True)
class Workbook:
    """A workbook as it was handed over."""

    file_name: str
    content: bytes | None
    location: str | None
    sha256: str


@dataclass(frozen=True)
class AuditRow:
    """Who did what; `kind` is event, act or taken_back, `what` an `EventKind` or an act."""

    at: dt.datetime
    who: str
    kind: str
    what: str
    subject: str | None
    reason: str | None


@dataclass(frozen=True)
class DebtorDetail:
    """Who a debtor is, as it was sent to Exact; personal data."""

    parts: Mapping[str, Any]
    """Name, AddressLine1, Postcode, City, Country and Email; empty once the content was purged."""
    exact_name: str | None
    exact_postcode: str | None
    relation_id: str | None


@dataclass(frozen=True)
class HistoryProgress:
    """How far the invoices from before the link date are, of what the ledger knows of them."""

    known: int
    known_cents: int
    done: int
    """Booked, handed over, or closed by a person."""
    done_cents: int
    in_a_week: int
    """Booked in the last seven days."""
    week_since: dt.datetime | None
    """The first of those."""
    moment: dt.datetime
    was_asked: bool
    """Whether older invoices were ever imported or handed over."""

    @property
    def left(self) -> int:
        """What is not done."""
        return self.known - self.done

    @property
    def finish_day(self) -> dt.date | None:
        """When what is left is booked at the pace of the last week; None where there is no pace,
        or nothing is left.
        """
        if not self.left or not self.in_a_week or self.week_since is None:
            return None
        days = max((self.moment - self.week_since) / dt.timedelta(days=1), 1.0)
        return book_day(self.moment + dt.timedelta(days=self.left * days / self.in_a_week))


class PracticePages:
    """Reads what the pages of one practice show."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def nights(self, practice: str, most: int = NIGHTS) -> list[NightRow]:
        """Return the latest nights, newest first; dry runs are none."""
        asked = {"practice": practice, "most": most, "run_timeout": RUN_TIMEOUT.total_seconds()}
        return self._session.records(NightRow, "list_nights", **asked)

    def bookings(
        self,
        practice: str,
        *,
        number: str | None = None,
        state: str | None = None,
        reason: str | None = None,
        before: int | None = None,
    ) -> list[BookingRow]:
        """Return bookings, newest first: those with a number of invoice, claim, debtor or
        entry, in a state, for a reason, and before a booking. One more than `BOOKINGS` says that
        there are more.
        """
        asked: dict[str, Any] = {"practice": practice, "before": before, "most": BOOKINGS + 1}
        if number is None and state is None and reason is None:
            return self._session.records(BookingRow, "list_bookings", **asked)
        asked |= {"states": [state] if state else REASONED if reason else None, "reason": reason}
        if number is None:
            return self._session.records(BookingRow, "list_bookings_in_state", **asked)
        asked |= {"number": number, "entry_number": _entry_number(number)}
        return self._session.records(BookingRow, "list_bookings_with_number", **asked)

    def booking(self, practice: str, booking_id: int) -> BookingDetail | None:
        """Return one booking; None when the practice has none with this id."""
        return self._session.record(BookingDetail, "read_booking", practice=practice, booking_id=booking_id)

    def moves(self, practice: str, booking_id: int) -> list[BookingMove]:
        """Return the moves of the record of a booking over all its versions, oldest first."""
        asked = {"practice": practice, "booking_id": booking_id, "most": MAX_MOVES}
        return self._session.records(BookingMove, "list_booking_moves", **asked)

    def lines(self, practice: str, booking_id: int) -> list[BookingLine]:
        """Return the lines of a booking; a debtor has none."""
        asked = {"practice": practice, "booking_id": booking_id}
        return self._session.records(BookingLine, "list_booking_lines", **asked)

    def entry_to_look_at(self, practice: str, airflow_run_id: str) -> tuple[int, str] | None:
        """Return the division, and the id in Exact, of the entry that a run stopped on; None when
        it stopped on none.
        """
        row = self._session.row("entry_to_look_at", practice=practice, airflow_run_id=airflow_run_id)
        return (row["division"], row["entry_id"]) if row else None

    def reason_of_task(self, practice: str, airflow_run_id: str, task: str) -> str | None:
        """Return the code of what stopped a red task of a run last; None when nothing did."""
        row = self._session.row("reason_of_task", practice=practice, airflow_run_id=airflow_run_id, task=task)
        return str(row["code"]) if row else None

    def workbooks(self, practice: str) -> list[WorkbookRow]:
        """Return the workbooks that were handed over, newest first."""
        return self._session.records(WorkbookRow, "list_workbooks", practice=practice)

    def hand_over_of_run(self, practice: str, airflow_run_id: str) -> str | None:
        """Return the id of the last hand-over that a run made; None when it made none."""
        asked = {"practice": practice, "airflow_run_id": airflow_run_id}
        row = self._session.row("hand_over_of_run", **asked)
        return str(row["set_id"]) if row else None

    def workbook(self, practice: str, export_id: str) -> Workbook | None:
        """Return one workbook; None when the practice has none with this id."""
        return self._session.record(Workbook, "read_workbook", practice=practice, export_id=export_id)

    def audit(self, practice: str) -> list[AuditRow]:
        """Return who did what, newest first, `MAX_AUDIT` lines at most."""
        return self._session.records(AuditRow, "list_audit", practice=practice, most=MAX_AUDIT)

    def history_progress(self, practice: str) -> HistoryProgress:
        """Return how far the invoices and claims from before the link date are."""
        found = self._session.record(HistoryProgress, "history_progress", practice=practice)
        assert found is not None
        return found

    def debtor(self, practice: str, debtor_number: str) -> DebtorDetail | None:
        """Return who a debtor is; None when the ledger has no such debtor."""
        row = self._session.row("read_debtor", practice=practice, debtor_number=debtor_number)
        if row is None:
            return None
        account = json.loads(row["payload"] or "{}").get("account") or {}
        return DebtorDetail(account, row["exact_name"], row["exact_postcode"], row["relation_id"])


def _entry_number(text: str) -> int | None:
    """A text as an entry number; None for one that can't be one."""
    number = int(text) if text.isascii() and text.isdigit() else 0
    return number if 0 < number <= LARGEST_NUMBER else None

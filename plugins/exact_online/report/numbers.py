"""The numbers of a night, from the ledger, James and Exact; stored in `run.numbers`."""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from exact_online.api import entries_mirror
from exact_online.api.client import ExactClient
from exact_online.extract.revenue import invoice_amounts
from exact_online.ledger import (
    Cell,
    DifferenceCounts,
    JudgedBooking,
    Ledger,
    NightNumbers,
    Practice,
    Run,
    SuspenseTotal,
)
from exact_online.report.content import Chart
from exact_online.report.doubles import doubled_debtors
from exact_online.report.judgement import Judgement
from exact_online.report.judging import DAYS_AT_ONCE, Judging, Whole
from exact_online.report.reconciliation import CellKey, reconcile, totals_per_cell, unexplained
from exact_online.report.unsettled import unsettled_of
from exact_online.settings import ExactLists, PracticeSettings
from exact_online.vocabulary import BookingState, Cause, GlAccountType

Days = tuple[dt.date, dt.date]
"""First day, and the day after the last."""

log = logging.getLogger(__name__)

SEEN_IN_EXACT = frozenset(
    {
        Cause.CHANGED_IN_EXACT,
        Cause.MADE_OTHERWISE,
        Cause.REMOVED_IN_EXACT,
        Cause.OTHER_ENTRY_NUMBER,
        Cause.ENTERED_TWICE,
        Cause.ENTERED_BY_HAND,
        Cause.HANDED_OVER_OTHERWISE,
        Cause.SETTLES_LATE,
    }
)
"""What is read once more before it is believed."""


@dataclass(frozen=True)
class Compared:
    """What a reconciliation came to."""

    cells: list[Cell]
    differences: DifferenceCounts
    other_entries: int


class StillSettling(Exception):
    """Exact may not show yet what was booked just now; `seconds` is how long to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds} seconds")
        self.seconds = seconds


@dataclass(frozen=True)
class Reconciliation:
    """One night's comparison of James, the ledger and Exact over `days`."""

    ledger: Ledger
    james: psycopg.Connection[Any]
    exact: ExactClient
    practice: Practice
    run: Run
    settings: PracticeSettings
    lists: ExactLists
    days: Days
    settling_seconds: float = 0.0
    deletions: bool = True
    """Whether removed entries are asked for."""

    def compare(self) -> Compared:
        """Write down each difference with its cause, and what people made equal; return the cells.

        Raises StillSettling when Exact differs and something was booked within `settling_seconds`:
        Exact may not show it yet. What differs, or is to be taken over, is read as a whole first.
        """
        first_day = min(self.days[0], self.practice.first_sync_date)
        journals = entries_mirror.journals_of(self.settings, self.lists, first_day, self.days)
        mirrors = self.ledger.mirrors
        entries_mirror.refresh(self.exact, mirrors, self.practice.code, journals, deletions=self.deletions)
        judgement = self._judge(is_first=True)
        if self._is_news(judgement):
            if wait := self.ledger.totals.unsettled_seconds(self.practice.code, self.settling_seconds):
                raise StillSettling(wait)
            entries_mirror.reload(self.exact, self.ledger.mirrors, self.practice.code, journals)
            judgement = self._judge()
        if judgement.followed or judgement.closed:
            self.ledger.differences.follow(self.run, judgement.followed)
            self.ledger.differences.close(self.run, judgement.closed)
            judgement = self._judge()
        return self._saved(judgement)

    def _is_news(self, judgement: Judgement) -> bool:
        """True when Exact has something otherwise that was not found before."""
        found = {row.subject for row in judgement.differences if row.cause in SEEN_IN_EXACT}
        known = self.ledger.differences.open_subjects(self.practice.code)
        return bool(judgement.followed or judgement.closed or found - known)

    def _judge(self, *, is_first: bool = False) -> Judgement:
        """Compare what is marked; first of all everything, when that is due."""
        self.ledger.differences.note_due_dates(self.practice.code)
        chart = chart_of(self.settings, self.lists)
        judging = Judging(self.ledger, self.practice, self.run, self.days, chart, self._james_now)
        if is_first and (why := judging.why_whole()):
            missed = judging.whole()
            wrong = self.ledger.to_judge.wrong_days(self.practice.code)
            judging.note_whole()
            if why is Whole.WEEKLY:
                _tell_missed(missed, wrong)
        return judging.marked()

    def _james_now(self, bookings: Sequence[JudgedBooking]) -> dict[str, Counter[CellKey]]:
        """What James has per cell of each booking that it has otherwise now.

        As the extract of this night saw it; where our rules make no lines of it, as James has it.
        """
        changed = {row.source_key: row.found for row in bookings if row.found is not None}
        unplanned = [key for key, found in changed.items() if found["reason"] is not None]
        amounts = invoice_amounts(self.james, self.practice.james_practice_code, unplanned)
        now = {key: totals_per_cell(amounts.get(key, ())) for key in unplanned}
        for key in changed.keys() - now.keys():
            now[key] = Counter()
            for line in changed[key]["lines"]:
                now[key][line["revenue_group"], line["vat_rate"]] += line["gross_cents"]
        return now

    def _saved(self, judgement: Judgement) -> Compared:
        review, code = self.ledger.review, self.practice.code
        self.ledger.to_judge.add_up(code, DAYS_AT_ONCE)
        settled = self.ledger.totals.settled_cells(code, self.days)
        totals = self.ledger.runs.james_totals(self.run.run_id) or []
        unsettled = unsettled_of(self.ledger, self.james, self.practice, self.days)
        cells = reconcile(totals, unsettled.left, settled, judgement.exact_has_more, unsettled.closed)
        found = [
            *map(unsettled.as_james_has_it, judgement.differences),
            *unexplained(cells, judgement.james_has_more),
        ]
        self.ledger.differences.save(self.run, self.days, found)
        self.ledger.exports.read_back(code)
        asked = review.sent_again(code)
        doubled = [*doubled_debtors(self.exact, asked), *review.doubled_relations(code)]
        review.save_doubled_debtors(self.run, asked, doubled)
        others = self.ledger.differences.count_other_entries(code, self.days)
        return Compared(cells, self.ledger.differences.counts(self.run), others)


def _tell_missed(missed: Sequence[str], wrong: Sequence[dt.date]) -> None:
    """What only the comparison of everything finds is a defect of the link: say so."""
    if missed or wrong:
        days = ", ".join(f"{day:%d-%m-%Y}" for day in wrong)
        log.error(
            "De wekelijkse vergelijking van alles vond wat de nachten ervoor niet zagen; dat is een fout"
            " van de koppeling. Records en boekingen: %s. Dagen met een ander totaal: %s.",
            ", ".join(missed) or "geen",
            days or "geen",
        )


def chart_of(settings: PracticeSettings, lists: ExactLists) -> Chart:
    """Return what of the division's accounts the comparison needs."""
    accounts = lists.gl_accounts.values()
    cell_of_account: dict[str, CellKey] = {}
    for (_, group, rate), account in settings.revenue_accounts.items():
        cell_of_account.setdefault(account, (str(group), str(rate)))
    return Chart(
        codes_by_id={account.id.lower(): account.code for account in accounts},
        vat_accounts=frozenset(account.code for account in accounts if account.type == GlAccountType.VAT),
        cell_of_account=cell_of_account,
        conditions=lists.payment_conditions,
    )


def dry_run_cells(
    ledger: Ledger, james: psycopg.Connection[Any], practice: Practice, run: Run, days: Days
) -> list[Cell]:
    """Return the comparison of a dry run: James with the ledger alone.

    The entries of the ledger count as booked.
    """
    settled = ledger.totals.settled_cells(practice.code, days)
    totals = ledger.runs.james_totals(run.run_id) or []
    unsettled = unsettled_of(ledger, james, practice, days)
    return reconcile(totals, unsettled.left, settled, {}, unsettled.closed)


def numbers_of(ledger: Ledger, run: Run, cells: list[Cell], lists: ExactLists, days: Days) -> NightNumbers:
    """Return counts and cents of what this run did, and of where the money of `days` stands."""
    run_ids = ledger.runs.ids_of_night(run)
    states = {total.state: total.bookings for total in ledger.totals.by_state(run.practice, days)}
    return NightNumbers(
        **vars(ledger.totals.of_runs(run_ids)),
        per_journal=tuple(ledger.totals.per_journal(run_ids)),
        booked=states.get(BookingState.BOOKED, 0),
        exported=states.get(BookingState.EXPORTED, 0),
        rejected=states.get(BookingState.REJECTED, 0),
        held=states.get(BookingState.HELD, 0),
        doubtful=states.get(BookingState.DOUBTFUL, 0),
        planned=states.get(BookingState.PLANNED, 0),
        from_date=days[0],
        before_date=days[1],
        james_cents=sum(cell.james_cents for cell in cells),
        ledger_cents=sum(cell.ledger_cents for cell in cells),
        exact_cents=sum(cell.exact_cents for cell in cells),
        exported_cents=sum(cell.exported_cents for cell in cells),
        open_cents=sum(cell.open_cents for cell in cells),
        closed_cents=sum(cell.closed_cents for cell in cells),
        difference_cents=sum(cell.difference_cents for cell in cells),
        cells=tuple(cells),
        suspense=_suspense(ledger, run, lists, days),
        exported_closed=ledger.totals.handed_over_closed(run_ids, lists.closed_periods),
    )


def _suspense(ledger: Ledger, run: Run, lists: ExactLists, days: Days) -> tuple[SuspenseTotal, ...]:
    """What PIN and cash put on each suspense account per day, to match with bank and till (M12)."""
    codes = {account.id.lower(): account.code for account in lists.gl_accounts.values()}
    return tuple(
        SuspenseTotal(found.day, codes.get(found.gl_account_id.lower()), found.entries, found.gross_cents)
        for found in ledger.totals.suspense(run.practice, days)
        if found.gl_account_id
    )

"""The readiness check of a division: what must be right there before anything is sent. Pure.

Each problem here would make Exact reject every booking. A problem that concerns only some bookings
(a ledger account, a VAT code) rejects those when they are planned: see transform/preflight.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from exact_online.settings import ExactLists, FinancialPeriod, PracticeSettings
from exact_online.vocabulary import JournalType


def readiness_problems(settings: PracticeSettings, lists: ExactLists, book_day: dt.date) -> list[str]:
    """Return a sentence per problem, which names its cure; empty when the division is ready."""
    return [
        *_journal(lists, settings.sales_journal, JournalType.SALES, "sales journal"),
        *_journal(lists, settings.general_journal, JournalType.GENERAL, "general journal"),
        *_year(lists, book_day - dt.timedelta(days=1)),
    ]


def _journal(lists: ExactLists, code: str, wanted: JournalType, name: str) -> Iterator[str]:
    journal = lists.journals.get(code)
    if journal is None:
        yield f"The {name} {code} does not exist in Exact; create it or correct the settings."
    elif journal.type != wanted:
        yield (
            f"Journal {code} is of type {journal.type} in Exact, a {name} has type {wanted:d}; "
            "correct the settings."
        )
    elif journal.blocked:
        yield f"The {name} {code} is blocked in Exact; unblock it."
    elif wanted is JournalType.GENERAL and not journal.allow_vat:
        yield f"The general journal {code} does not allow VAT; tick VAT in its settings in Exact (M10)."


def _year(lists: ExactLists, day: dt.date) -> Iterator[str]:
    """The financial year of the newest invoices must exist (M19)."""
    if not covers(lists.periods, day):
        yield f"Exact has no financial period for {day}; create financial year {day.year} with its periods."


def covers(periods: Iterable[FinancialPeriod], day: dt.date) -> bool:
    """Return whether one of the financial periods has this day."""
    return any(period.start <= day <= period.end for period in periods)

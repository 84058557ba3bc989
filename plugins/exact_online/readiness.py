"""What must be right in a division before anything is sent: one sentence per fault that would refuse every booking. Pure.

Faults that touch only some bookings (an account, a VAT code) refuse those bookings at planning; see transform/preflight.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from exact_online.settings import ExactLists, FinancialPeriod, PracticeSettings
from exact_online.vocabulary import JournalType


def complaints(settings: PracticeSettings, lists: ExactLists, book_day: dt.date) -> list[str]:
    """Sentences that name the fault and its cure; empty when the division can take the night's bookings."""
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
        yield f"Journal {code} is of type {journal.type} in Exact, a {name} has type {wanted:d}; correct the settings."
    elif journal.blocked:
        yield f"The {name} {code} is blocked in Exact; unblock it."
    elif wanted is JournalType.GENERAL and not journal.allow_vat:
        yield f"The general journal {code} does not allow VAT; tick VAT in its settings in Exact (M10)."


def _year(lists: ExactLists, day: dt.date) -> Iterator[str]:
    """The financial year of the newest invoices must exist (M19)."""
    if not covers(lists.periods, day):
        yield f"Exact has no financial period for {day}; create financial year {day.year} with its periods."


def covers(periods: Iterable[FinancialPeriod], day: dt.date) -> bool:
    """Whether a day has its financial period."""
    return any(period.start <= day <= period.end for period in periods)

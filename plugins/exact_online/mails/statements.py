"""The statement of a month, for the practice that closes it: what became of what James billed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from exact_online import reasons
from exact_online.ledger import Ledger
from exact_online.ledger.statements import DueStatement
from exact_online.mails.causes import all_causes
from exact_online.mails.post import Post
from exact_online.mails.words import MONTHS, message
from exact_online.report.months import days_of
from exact_online.report.sentences import item_sentence
from exact_online.report.words import CAUSE_WORDS
from exact_online.vocabulary import BookingState, Cause

LAST_DAY = 5
"""From the first to this day of a month the statement of the month before is made. On the last day
also where no night compared since: a practice that closes its month needs what is known."""

PARTS = {
    BookingState.BOOKED: "booked",
    BookingState.HELD: "waiting",
    BookingState.PLANNED: "waiting",
    BookingState.SENDING: "waiting",
    BookingState.DOUBTFUL: "waiting",
    BookingState.REJECTED: "rejected",
    BookingState.EXPORTED: "handed_over",
    BookingState.CLOSED: "closed",
}
"""State of a booking -> line of the statement."""


@dataclass(frozen=True)
class Todo:
    """What is left to do about invoices of the month."""

    sentence: str
    records: int
    cents: int
    cure: str


@dataclass(frozen=True)
class Statement:
    """The month of one practice. Gross cents; in each `Counter` the lines of `PARTS`."""

    practice: str
    name: str
    page: str
    compared_on: dt.date
    """Book day of the night that the numbers of James are from."""
    billed_cents: int
    invoices: Counter[str]
    cents: Counter[str]
    todos: list[Todo]

    @property
    def difference_cents(self) -> int:
        """What James billed more than the ledger accounts for; negative the other way round."""
        return self.billed_cents - self.cents.total()

    @property
    def is_done(self) -> bool:
        """True when nobody has to do anything."""
        return not (
            self.todos or self.difference_cents or self.invoices["waiting"] or self.invoices["rejected"]
        )

    def to_json(self) -> dict[str, int]:
        """Return the amounts as the ledger keeps them."""
        return {"billed": self.billed_cents, **self.cents, "difference": self.difference_cents}


def tell_statements(post: Post, day: dt.date) -> None:
    """Make the statements of the month before `day`: each once, on the first days of a month.

    A practice without an address of its own is in one message to James Support.
    """
    if day.day > LAST_DAY:
        return
    days = days_of(day.replace(day=1) - dt.timedelta(days=1))
    due = post.ledger.statements.due(days, must_be_complete=day.day < LAST_DAY)
    rest = []
    for each in due:
        if not (each.address or post.has_support):
            continue
        statement = statement_of(post, each, days)
        post.ledger.statements.keep(
            each.practice, days[0], statement.to_json(), to_practice=bool(each.address)
        )
        if each.address:
            made = message("statement", statements=[statement], month=month_name(days[0]))
            post.to(each.address, f"statement:{each.practice}:{days[0]:%Y-%m}", made, each.practice)
        else:
            rest.append(statement)
    if rest:
        made = message("statement", statements=rest, month=month_name(days[0]))
        post.to_support(f"statement:{days[0]:%Y-%m}:{day}", made)


def statement_of(post: Post, due: DueStatement, days: tuple[dt.date, dt.date]) -> Statement:
    """Return the statement of a practice over a month, which a night must have compared."""
    ledger = post.ledger
    latest = ledger.reconciled.latest(due.practice)
    assert latest is not None
    invoices, cents = Counter[str](), Counter[str]()
    for each in ledger.statements.sums(due.practice, days):
        invoices[PARTS[BookingState(each.state)]] += each.invoices
        cents[PARTS[BookingState(each.state)]] += each.cents
    return Statement(
        practice=due.practice,
        name=due.name,
        page=post.page(f"practices/{due.practice}/reconciliation/{days[0]:%Y-%m}"),
        compared_on=latest.book_day,
        billed_cents=sum(int((total.amount or 0) * 100) for total in latest.james if total.month == days[0]),
        invoices=invoices,
        cents=cents,
        todos=_todos(ledger, due.practice, days),
    )


def month_name(first_day: dt.date) -> str:
    """Return a month in Dutch, such as *oktober 2026*."""
    return f"{MONTHS[first_day.month - 1]} {first_day.year}"


def _todos(ledger: Ledger, practice: str, days: tuple[dt.date, dt.date]) -> list[Todo]:
    """What is open of the month, and workbooks that were handed over and not imported."""
    found = {cause.cause_id: cause for cause in ledger.statements.causes(practice, days)}
    causes = [cause for cause in all_causes(ledger, practice) if cause.cause_id in found]
    examples, todos = ledger.open_items.examples(causes), []
    for cause in causes:
        of_month, sentence = found[cause.cause_id], item_sentence(examples[cause.cause_id].item)
        todos.append(Todo(sentence, of_month.records, of_month.cents, reasons.cure(cause.reason)))
    for left in ledger.reconciled.causes(practice, days):
        if left.cause == Cause.HANDED_OVER and not left.is_accepted and left.month:
            cents = left.james_cents - left.exact_cents
            words = CAUSE_WORDS[Cause.HANDED_OVER][0].capitalize()
            todos.append(Todo(f"{words}.", left.items, cents, reasons.cure(left.cause)))
    return todos

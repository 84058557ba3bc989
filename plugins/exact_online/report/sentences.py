"""Attention items and causes as sentences; no names (B7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from exact_online import reasons
from exact_online.dutch import dutch_amount, dutch_day, dutch_number
from exact_online.ledger import Adjustment, AttentionItem, NightNumbers, OpenCause
from exact_online.ledger.totals import StateTotal
from exact_online.reasons import Language

ANSWER_LOST_NL = "Exacts antwoord ging verloren; de volgende nacht vraagt Exact ernaar."


WORDS_OF_A_CAUSE = frozenset({"use", "nature", "found", "wanted", "since"})
"""Values of a sentence that go with those that name the thing to put right."""


def item_sentence(item: AttentionItem, language: Language = "nl") -> str:
    """Return what is the matter."""
    if item.reason is None:
        return ANSWER_LOST_NL
    return reasons.explain(item.reason, item.values, language)


def is_about_one_record(cause: OpenCause) -> bool:
    """Return whether the sentence of a cause names a record: then it is one of many."""
    named = {name.removesuffix("_nl").removesuffix("_en") for name in reasons.placeholders(cause.reason)}
    known = {name.removesuffix("_nl").removesuffix("_en") for name in cause.cause_values}
    return cause.records > 1 and not cause.is_practice and bool(named - known - WORDS_OF_A_CAUSE)


def warning_sentence(warning: Adjustment) -> str:
    """Return what is odd, and who can change it where, in Dutch."""
    sentence = reasons.explain(warning.reason, warning.reason_values or {}, "nl")
    return f"{sentence} ({reasons.cure(warning.reason)})"


def cure_sentence(item: AttentionItem) -> str:
    """Return who cures it and where, in Dutch; empty where nobody has to."""
    return "" if item.reason is None else reasons.cure(item.reason, "nl")


def closed_periods_sentence(entries: int) -> str:
    """Return what to do with handed over entries in closed periods, in Dutch; there is one at
    least.
    """
    count = dutch_number(entries)
    those = f"{count} overgedragen boeking{' ligt' if entries == 1 else 'en liggen'}"
    return f"{those} in een gesloten periode: open die in Exact voor de import."


STATES_OF_HISTORY = {
    "rejected": "geweigerd",
    "held": "vastgehouden",
    "doubtful": "onzeker",
    "planned": "nog te versturen",
    "sending": "onderweg",
}
"""Why an older invoice is not done yet, in the order of the sentence."""


def history_lines(days: tuple[dt.date, dt.date], totals: Sequence[StateTotal]) -> list[str]:
    """Return how the older invoices of some days stand (the last one not included), in Dutch: a
    line with what is done, and one with what is not, if anything is.
    """
    count = {total.state: total.bookings for total in totals}
    cents = {total.state: total.total_cents for total in totals}
    last = days[1] - dt.timedelta(days=1)
    done = [
        f"{dutch_number(count.get(state, 0))} {word}, {dutch_amount(cents.get(state, 0))} euro"
        for state, word in (("booked", "geboekt"), ("exported", "overgedragen"), ("closed", "gesloten"))
        if count.get(state) or state == "booked"
    ]
    of = f"Historie van {dutch_day(days[0])} tot en met {dutch_day(last)}"
    lines = [f"{of}: {'; '.join(done)}; van {dutch_number(sum(count.values()))} facturen."]
    open_ = {state: word for state, word in STATES_OF_HISTORY.items() if count.get(state)}
    if open_:
        each = ", ".join(f"{dutch_number(count[state])} {word}" for state, word in open_.items())
        amount = dutch_amount(sum(cents[state] for state in open_))
        lines.append(f"Nog niet geboekt: {each}, samen {amount} euro. Zie Open posten van deze praktijk.")
    return lines


def night_sentence(numbers: NightNumbers | None) -> str:
    """Return a night in a few words, in Dutch: 76 geboekt, 2 geweigerd, verschil 0,00 euro.

    Booked are the sales and general journal entries of this night, rejected is what is rejected or
    held of the days it answers for, and the difference is that of James, ledger and Exact.
    `numbers` is None when nothing was compared.
    """
    if numbers is None:
        return "Niet vergeleken; de rode taak zegt waarom."
    booked = dutch_number(numbers.sales_entries + numbers.general_journal_entries)
    rejected, difference = dutch_number(numbers.rejected + numbers.held), numbers.difference_cents
    return f"{booked} geboekt, {rejected} geweigerd, verschil {dutch_amount(difference)} euro"

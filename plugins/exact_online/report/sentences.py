"""Attention items and causes as sentences; no names (B7)."""

from __future__ import annotations

from exact_online import reasons
from exact_online.dutch import dutch_amount, dutch_number
from exact_online.ledger import Adjustment, AttentionItem, NightNumbers, OpenCause
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

"""Attention items as sentences, in Dutch; no names (B7)."""

from __future__ import annotations

from exact_online import reasons
from exact_online.dutch import dutch_amount, dutch_number
from exact_online.ledger import Adjustment, AttentionItem, NightNumbers

ANSWER_LOST_NL = "Exacts antwoord ging verloren; de volgende nacht vraagt Exact ernaar."


def item_sentence(item: AttentionItem) -> str:
    """Return what is the matter, in Dutch."""
    return ANSWER_LOST_NL if item.reason is None else reasons.explain(item.reason, item.values, "nl")


def warning_sentence(warning: Adjustment) -> str:
    """Return what is odd, and who can change it where, in Dutch."""
    sentence = reasons.explain(warning.reason, warning.reason_values or {}, "nl")
    return f"{sentence} ({reasons.cure(warning.reason)})"


def cure_sentence(item: AttentionItem) -> str:
    """Return who cures it and where, in Dutch; empty where nobody has to."""
    return "" if item.reason is None else reasons.cure(item.reason, "nl")


def night_sentence(numbers: NightNumbers | None) -> str:
    """Return a night in a few words, in Dutch: 76 geboekt, 2 geweigerd, verschil 0,00 euro.

    Booked are the sales and general journal entries of this night, rejected is what is rejected or
    held of the days it answers for, and the difference is that of James, ledger and Exact. `numbers`
    is None when nothing was compared.
    """
    if numbers is None:
        return "Niet vergeleken; de rode taak zegt waarom."
    booked = dutch_number(numbers.sales_entries + numbers.general_journal_entries)
    rejected, difference = dutch_number(numbers.rejected + numbers.held), numbers.difference_cents
    return f"{booked} geboekt, {rejected} geweigerd, verschil {dutch_amount(difference)} euro"

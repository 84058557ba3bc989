"""Attention items as sentences, in Dutch; no names (B7)."""

from __future__ import annotations

from exact_online import reasons
from exact_online.ledger import Adjustment, AttentionItem

ANSWER_LOST_NL = "Het antwoord van Exact ging verloren; de volgende nacht vraagt de koppeling eerst Exact."


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

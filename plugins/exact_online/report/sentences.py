"""Attention items as sentences: in English for a log, in Dutch for mail; no names (B7)."""

from __future__ import annotations

from exact_online import reasons
from exact_online.ledger import AttentionItem

ANSWER_LOST_NL = "Het antwoord van Exact ging verloren; de volgende nacht vraagt de koppeling eerst Exact."
ANSWER_LOST_EN = "the answer of Exact was lost; the next run asks Exact before anything else."


def item_line(item: AttentionItem) -> str:
    """Return a line for the log: the record's key, why, and who cures it where."""
    if item.state == "doubtful" or item.reason is None:
        return f"{item.source_key}: {ANSWER_LOST_EN}"
    why = reasons.explain(item.reason, item.values, "en")
    return f"{item.source_key}: {why} [{item.reason}] Cure: {reasons.cure(item.reason, 'en')}"


def item_sentence(item: AttentionItem) -> str:
    """Return what is the matter, in Dutch."""
    return ANSWER_LOST_NL if item.reason is None else reasons.explain(item.reason, item.values, "nl")


def cure_sentence(item: AttentionItem) -> str:
    """Return who cures it and where, in Dutch; empty where nobody has to."""
    return "" if item.reason is None else reasons.cure(item.reason, "nl")

"""The numbers of a night in which nothing happened, to be changed by a test."""

from __future__ import annotations

import datetime as dt
from typing import Any

from exact_online.ledger import NightNumbers

COUNTS = (
    "debtors_created", "debtors_changed", "sales_entries", "general_journal_entries", "booked", "exported",
    "rejected", "held", "doubtful", "planned",
)  # fmt: skip
CENTS = ("james_cents", "ledger_cents", "exact_cents", "exported_cents", "open_cents", "difference_cents")


def night_numbers(**changes: Any) -> NightNumbers:
    """Return numbers that are all 0 but for `changes`."""
    days = {"from_date": dt.date(2026, 10, 1), "before_date": dt.date(2026, 11, 22)}
    nothing: dict[str, Any] = {**dict.fromkeys((*COUNTS, *CENTS), 0), **days, "per_journal": (), "cells": ()}
    return NightNumbers(**{**nothing, "suspense": (), **changes})

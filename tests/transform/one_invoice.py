"""One invoice through the transform."""

from __future__ import annotations

import json
from typing import Any

from exact_online.transform import InvoicePlans
from exact_online.vocabulary import VatCodeKind, VatRate
from tests.transform.doubles import plan_batch
from tests.transform.practice import batch, some_lists, some_settings, with_total

Lines = list[dict[str, Any]]
Changes = dict[str, Any]
INCLUDING = dict.fromkeys(VatRate, VatCodeKind.INCLUDING)


def plan(
    lines: Lines, settings: Changes | None = None, lists: Changes | None = None, **header: Any
) -> InvoicePlans:
    """The plans of an invoice with these lines; settings, lists and header are the usual ones but
    for the changes."""
    return plan_batch(
        *batch(with_total(lines, **header)), some_settings(**settings or {}), some_lists(**lists or {})
    )


def payload(
    lines: Lines, settings: Changes | None = None, lists: Changes | None = None, **header: Any
) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(plan(lines, settings, lists, **header).bookings["payload"].iloc[0])
    return read

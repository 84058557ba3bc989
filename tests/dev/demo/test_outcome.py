"""What the demo says about its nights: every invoice counts."""

from __future__ import annotations

from typing import Any

import pytest

from dev.demo import outcome

CELL = {"revenue_group": "patients", "vat_rate": "zero", "difference_cents": 0}
NIGHT: dict[str, Any] = {
    **dict.fromkeys(outcome.COUNTS, 0),
    **dict.fromkeys(outcome.CENTS, 0),
    **dict.fromkeys(("rejected", "held", "doubtful", "planned", "exported"), 0),
    "cells": [CELL],
}


def report_of(*nights: dict[str, Any]) -> dict[str, Any]:
    return {"practices": [outcome.of_practice("a", "Praktijk A", "success", nights)]}


def test_everything_in_exact_is_complete() -> None:
    report = report_of(NIGHT)
    assert outcome.is_complete(report)
    assert "every invoice already is in Exact or in a workbook" in outcome.verdict(report)


@pytest.mark.parametrize("state", ["rejected", "held", "doubtful", "planned"])
def test_an_invoice_that_is_in_neither_is_not_complete(state: str) -> None:
    """It is explained, so nothing differs; it is not booked all the same."""
    report = report_of({**NIGHT, state: 4, "open_cents": 55078})
    assert not outcome.is_complete(report)
    assert outcome.verdict(report).startswith(
        "NOT COMPLETE: 4 invoices (550,78 euro) are neither in Exact nor in a workbook"
    )


def test_money_that_is_open_is_not_complete_whatever_the_counts_say() -> None:
    assert not outcome.is_complete(report_of({**NIGHT, "open_cents": 1}))


@pytest.mark.parametrize(
    "report",
    [
        report_of(),
        report_of({**NIGHT, "difference_cents": 1}),
        report_of({**NIGHT, "cells": [{**CELL, "difference_cents": 1}]}),
        {"practices": []},
    ],
)
def test_a_night_without_numbers_or_with_a_difference_is_not_complete(report: dict[str, Any]) -> None:
    assert not outcome.is_complete(report)

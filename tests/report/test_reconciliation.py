"""James = ledger = Exact, in each revenue group and at each VAT rate."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from exact_online.ledger import DriftInExact, JamesAmount
from exact_online.report.numbers import EXACT_COLUMNS, SETTLED_COLUMNS
from exact_online.report.reconciliation import cell_of, drifted_entries, reconcile

A, B = "00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"


def _james(cents: int, kind: str = "patient", origin: str = "tariff", percentage: int = 0) -> JamesAmount:
    return JamesAmount(kind, origin, Decimal(percentage), Decimal(cents) / 100)


def _settled(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(SETTLED_COLUMNS))


def _exact(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(EXACT_COLUMNS)).astype({"is_vat": bool, "cents": "int64"})


BOOKED = _settled(
    (A, "booked", "8010", "patients", "zero", 1000, 0), (A, "booked", "8032", "articles", "high", 1210, 210)
)
BOOKS = _exact(
    (A, "1300", False, 2210), (A, "8010", False, -1000), (A, "8032", False, -1000), (A, "1500", True, -210)
)
JAMES = [_james(1000), _james(1210, origin="article", percentage=21)]


def test_equal_totals_have_no_difference() -> None:
    cells = reconcile(JAMES, [], BOOKED, BOOKS)
    assert [
        (cell.revenue_group, cell.vat_rate, cell.exact_cents, cell.difference_cents) for cell in cells
    ] == [
        ("articles", "high", 1210, 0),
        ("patients", "zero", 1000, 0),
    ]


def test_open_and_handed_over_invoices_are_no_difference() -> None:
    exported = _settled((None, "exported", "8010", "patients", "zero", 500, 0))
    cells = reconcile([*JAMES, _james(500), _james(300)], [_james(300)], pd.concat([BOOKED, exported]), BOOKS)
    assert {cell.difference_cents for cell in cells} == {0}
    assert [(cell.exported_cents, cell.open_cents) for cell in cells] == [(0, 0), (500, 300)]


def test_an_invoice_that_is_not_in_the_ledger_is_a_difference_in_its_cell() -> None:
    cells = reconcile([*JAMES, _james(1)], [], BOOKED, BOOKS)
    assert [cell.difference_cents for cell in cells] == [0, 1]


@pytest.mark.parametrize(
    ("books", "exact_cents"),
    [
        (_exact((A, "8010", False, -999), (A, "8032", False, -1000), (A, "1500", True, -210)), (1210, 999)),
        (_exact((A, "8010", False, -1000), (A, "8032", False, -1000), (A, "1500", True, -209)), (1209, 1000)),
        (_exact(), (0, 0)),
    ],
    ids=["net", "vat", "deleted"],
)
def test_another_amount_in_exact_is_a_difference_in_its_cell(
    books: pd.DataFrame, exact_cents: tuple[int, int]
) -> None:
    """B4."""
    cells = reconcile(JAMES, [], BOOKED, books)
    assert tuple(cell.exact_cents for cell in cells) == exact_cents
    assert sum(cell.difference_cents for cell in cells) == 2210 - sum(exact_cents)


def test_entries_of_others_in_the_same_journal_do_not_count() -> None:
    """INV-6."""
    foreign = _exact((B, "8010", False, -5000), (B, "1300", False, 5000))
    assert reconcile(JAMES, [], BOOKED, pd.concat([BOOKS, foreign])) == reconcile(JAMES, [], BOOKED, BOOKS)


def test_a_night_without_anything_has_no_cells() -> None:
    assert reconcile([], [], _settled(), _exact()) == []


def test_an_entry_that_differs_twice_is_one_row() -> None:
    """FR-H7, FR-H8."""
    changed = _exact((A, "8010", False, -900), (A, "8032", False, -1000), (A, "1500", True, -200))
    assert drifted_entries(BOOKED, changed) == [DriftInExact(A, "changed_in_exact", 2100)]
    assert drifted_entries(BOOKED, _exact()) == [DriftInExact(A, "gone_in_exact", None)]


def test_an_unknown_kind_and_rate_keep_their_own_cell() -> None:
    assert cell_of("stichting", "tariff", Decimal(17)) == ("stichting", "17")

"""James = ledger = Exact, in each revenue group and at each VAT rate."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from exact_online.api.stores import EntryLine
from exact_online.ledger import Cell, JamesAmount, JudgedBooking, SettledLine
from exact_online.report.content import Chart
from exact_online.report.judgement import Judgement, judge
from exact_online.report.reconciliation import cell_of, unexplained
from exact_online.report.reconciliation import reconcile as reconciled

A, B = "00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"
DAY, RELATION = dt.date(2026, 11, 20), "00000000-0000-0000-0000-00000000000c"
CHART = Chart({}, {"1500"}, {"8010": ("patients", "zero"), "8032": ("articles", "high")})
VAT_CODES = {"8010": "0", "8032": "2"}


def _james(cents: int, kind: str = "patient", origin: str = "tariff", percentage: int = 0) -> JamesAmount:
    return JamesAmount(kind, origin, Decimal(percentage), Decimal(cents) / 100)


def _line(account: str, cents: int, entry: str = A, number: int = 1) -> EntryLine:
    code = VAT_CODES.get(account)
    return EntryLine(account, entry, "70", 2026, 11, number, DAY, account, cents, RELATION, code, str(number))


def _booking(number: int, total_cents: int, entry: str | None = A, state: str = "booked") -> JudgedBooking:
    return JudgedBooking(
        number, f"factuur:{number}", "sales_entry", state, entry, "70", 2026, 11, number, DAY, RELATION,
        str(number), total_cents, None, None, False, False, "1300", None, False, None, None,
    )  # fmt: skip


BOOKED = [
    SettledLine("factuur:1", A, "booked", "8010", "0", "patients", "zero", 1000, 0),
    SettledLine("factuur:1", A, "booked", "8032", "2", "articles", "high", 1210, 210),
]
BOOKS = [_line("1300", 2210), _line("8010", -1000), _line("8032", -1000), _line("1500", -210)]


def reconcile(
    james: list[JamesAmount],
    unsettled: list[JamesAmount],
    settled: list[SettledLine],
    exact: list[EntryLine],
) -> list[Cell]:
    found = judgement(settled, exact)
    return reconciled(james, unsettled, settled, found.exact_has_more)


def judgement(settled: list[SettledLine], exact: list[EntryLine]) -> Judgement:
    bookings = [_booking(1, 2210), _booking(2, 500, None, "exported")][: len({row[0] for row in settled})]
    return judge(bookings, settled, exact, CHART, {})


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
    exported = SettledLine("factuur:2", None, "exported", "8010", "0", "patients", "zero", 500, 0)
    cells = reconcile([*JAMES, _james(500), _james(300)], [_james(300)], [*BOOKED, exported], BOOKS)
    assert {cell.difference_cents for cell in cells} == {0}
    assert [(cell.exported_cents, cell.open_cents) for cell in cells] == [(0, 0), (500, 300)]


def test_an_invoice_that_is_not_in_the_ledger_is_a_difference_in_its_cell() -> None:
    cells = reconcile([*JAMES, _james(1)], [], BOOKED, BOOKS)
    assert [cell.difference_cents for cell in cells] == [0, 1]


@pytest.mark.parametrize(
    ("books", "exact_cents"),
    [
        ([_line("8010", -999), _line("8032", -1000), _line("1500", -210)], (1210, 999)),
        ([_line("8010", -1000), _line("8032", -1000), _line("1500", -209)], (1209, 1000)),
        ([], (0, 0)),
    ],
    ids=["net", "vat", "deleted"],
)
def test_another_amount_in_exact_is_a_difference_in_its_cell(
    books: list[EntryLine], exact_cents: tuple[int, int]
) -> None:
    """B4."""
    cells = reconcile(JAMES, [], BOOKED, books)
    assert tuple(cell.exact_cents for cell in cells) == exact_cents
    assert sum(cell.difference_cents for cell in cells) == 2210 - sum(exact_cents)


def test_entries_of_others_in_the_same_journal_do_not_count() -> None:
    """INV-6."""
    foreign = [_line("8010", -5000, B, 77), _line("1300", 5000, B, 77)]
    assert reconcile(JAMES, [], BOOKED, BOOKS + foreign) == reconcile(JAMES, [], BOOKED, BOOKS)


def test_a_night_without_anything_has_no_cells() -> None:
    assert reconcile([], [], [], []) == []


def test_an_entry_that_differs_twice_is_one_row() -> None:
    """FR-H7, FR-H8."""
    changed = [_line("8010", -900), _line("8032", -1000), _line("1500", -200)]
    (found,) = judgement(BOOKED, changed).differences
    assert (found.entry_id, found.cause, found.exact_cents) == (A, "changed_in_exact", 2100)
    (found,) = judgement(BOOKED, []).differences
    assert (found.entry_id, found.cause, found.exact_cents) == (A, "gone_in_exact", 0)


def test_what_no_invoice_accounts_for_is_unexplained() -> None:
    cells = reconcile([*JAMES, _james(1)], [], BOOKED, BOOKS)
    assert [(row.subject, row.cause, row.james_cents) for row in unexplained(cells, {})] == [
        ("cell:patients/zero", "unexplained", 1)
    ]
    assert unexplained(cells, {("patients", "zero"): 1}) == []


def test_an_unknown_kind_and_rate_keep_their_own_cell() -> None:
    assert cell_of("stichting", "tariff", Decimal(17)) == ("stichting", "17")

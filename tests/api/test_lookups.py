"""What Exact has booked, in the form a booking of ours is compared with."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from exact_online.api import lookups
from exact_online.api.client import ExactClient
from exact_online.failures import ListChanged
from tests.api.conftest import DIVISION
from tests.api.fake_server import FakeServer, Reply

BASE = f"/api/v1/{DIVISION}"
ENTRY = "11111111-0000-4000-8000-000000000001"
LINES = f"{BASE}/financialtransaction/TransactionLines"
HEADER = {
    "EntryID": ENTRY, "Journal": "70", "ReportingYear": 2026, "ReportingPeriod": 3, "EntryNumber": 2600007,
    "Customer": "c1",
    "EntryDate": "/Date(1772409600000)/", "AmountDC": 12.1, "YourRef": "O'7",
}  # fmt: skip


def line(number: int, account: str, amount: float, **other: Any) -> dict[str, Any]:
    plain = {
        "ID": f"line-{number}", "EntryID": ENTRY, "EntryNumber": 2600007, "JournalCode": "70",
        "FinancialYear": 2026, "FinancialPeriod": 3,
        "Date": "/Date(1772409600000)/", "LineNumber": number, "Type": 20, "GLAccount": account,
        "GLAccountCode": f" {account} ",
        "Account": "c1", "VATCode": "2  ", "YourRef": "O'7", "Description": "2600007",
    }  # fmt: skip
    return {**plain, "AmountDC": amount, **other}


def rows(*found: dict[str, Any], count: int | None = None, next_page: str | None = None) -> Reply:
    inside: dict[str, Any] = {"results": list(found)}
    inside |= {"__count": str(count)} if count is not None else {}
    inside |= {"__next": next_page} if next_page else {}
    return Reply(body={"d": inside})


def test_a_sales_entry_is_found_by_number_or_reference_and_judged_by_its_lines(
    server: FakeServer, client: ExactClient
) -> None:
    """FR-H13, FR-K2."""
    server.on("GET", f"{BASE}/salesentry/SalesEntries", rows(HEADER, count=1))
    server.on(
        "GET",
        LINES,
        rows(
            line(9999, "1500", -2.1), line(0, "1300", 12.1), line(1, "8000", -6), line(2, "8000", -4), count=4
        ),
    )
    (found,) = lookups.find_sales_entry(client, "70", 2026, 2600007, "O'7")
    assert (
        server.asked[0].query["$filter"]
        == "Journal eq '70' and ReportingYear eq 2026 and (EntryNumber eq 2600007 or YourRef eq 'O''7')"
    )
    assert found == lookups.ExactEntry(
        ENTRY,
        "70",
        2026,
        3,
        2600007,
        dt.date(2026, 3, 2),
        "c1",
        1210,
        "O'7",
        {"1300": 1210, "8000": -1000, "1500": -210},
    )


def test_an_entry_that_is_not_there_costs_one_call(server: FakeServer, client: ExactClient) -> None:
    server.on("GET", f"{BASE}/salesentry/SalesEntries", rows(count=0))
    assert lookups.find_sales_entry(client, "70", 2026, 1, "x") == []
    assert len(server.asked) == 1


def test_an_entry_whose_lines_do_not_show_yet_has_no_accounts(
    server: FakeServer, client: ExactClient
) -> None:
    """FR-B18."""
    server.on("GET", f"{BASE}/salesentry/SalesEntries", rows(HEADER))
    server.on("GET", LINES, rows())
    assert lookups.find_sales_entry(client, "70", 2026, 2600007, "x")[0].accounts == {}


def test_a_look_up_that_lost_a_row_is_not_believed(server: FakeServer, client: ExactClient) -> None:
    """FR-B16."""
    server.on("GET", f"{BASE}/salesentry/SalesEntries", rows(HEADER, count=2))
    server.on("GET", LINES, rows())
    with pytest.raises(ListChanged):
        lookups.find_sales_entry(client, "70", 2026, 2600007, "x")


def test_a_general_journal_entry_is_found_by_number_or_by_its_lines_description(
    server: FakeServer, client: ExactClient
) -> None:
    header = {
        "EntryID": ENTRY,
        "JournalCode": "90",
        "FinancialYear": 2026,
        "FinancialPeriod": 3,
        "EntryNumber": 2600008,
    }
    booked = [
        line(1, "1999", 10, JournalCode="90", Account=None),
        line(2, "8000", -10, JournalCode="90", Account=None),
    ]
    server.on("GET", f"{BASE}/generaljournalentry/GeneralJournalEntries", rows(count=0))
    server.on(
        "GET",
        LINES,
        rows({**header, "ID": "line-1"}, {**header, "ID": "line-2"}, count=2),
        rows(*booked, count=2),
    )
    (found,) = lookups.find_general_journal_entry(client, "90", 2026, 2600007, "2600007")
    assert (
        server.asked[0].query["$filter"]
        == "JournalCode eq '90' and FinancialYear eq 2026 and Description eq '2600007'"
    )
    assert (found.entry_number, found.date, found.total_cents, found.reference) == (
        2600008,
        dt.date(2026, 3, 2),
        None,
        "2600007",
    )
    assert found.accounts == {"1999": 1000, "8000": -1000}


def test_transaction_lines_are_read_in_bulk_and_each_once(server: FakeServer, client: ExactClient) -> None:
    bulk = f"{BASE}/bulk/Financial/TransactionLines"
    following = f"{server.url}{bulk}?$skiptoken=2"
    server.on(
        "GET",
        bulk,
        rows(line(0, "1300", 12.1), line(1, "8000", -10), next_page=following),
        rows(line(1, "8000", -10), line(2, "1500", -2.1)),
    )
    read = list(lookups.read_transaction_lines(client, ["70", "90"], 2026, (1, 3)))
    assert [found.cents for found in read] == [1210, -1000, -210]
    assert (read[0].gl_account_code, read[0].vat_code, read[0].date) == ("1300", "2", dt.date(2026, 3, 2))
    expected = (
        "(JournalCode eq '70' or JournalCode eq '90') and FinancialYear eq 2026"
        " and FinancialPeriod ge 1 and FinancialPeriod le 3"
    )
    assert server.asked[0].query["$filter"] == expected


def test_without_bulk_they_are_read_page_by_page(server: FakeServer, client: ExactClient) -> None:
    server.on("GET", LINES, rows(line(0, "1300", 12.1), count=1))
    assert len(list(lookups.read_transaction_lines(client, ["70"], 2026))) == 1


def test_line_0_of_a_general_journal_entry_names_neither_its_day_nor_its_reference(
    server: FakeServer, client: ExactClient
) -> None:
    """FR-H17: it books nothing, and may lack whatever a line has."""
    header = {
        "EntryID": ENTRY, "JournalCode": "90", "FinancialYear": 2026, "FinancialPeriod": 3,
        "EntryNumber": 2600007,
    }  # fmt: skip
    nothing = {"GLAccount": None, "GLAccountCode": None, "Date": None, "Description": None, "Account": None}
    lines = [
        line(0, "", 0, Type=90, **nothing),
        line(1, "1100", 12.1, Type=90),
        line(2, "8000", -12.1, Type=90),
    ]
    server.on("GET", f"{BASE}/generaljournalentry/GeneralJournalEntries", rows(header, count=1))
    server.on("GET", LINES, rows(count=0), rows(*lines, count=3))
    (found,) = lookups.find_general_journal_entry(client, "90", 2026, 2600007, "2600007")
    assert (found.date, found.reference) == (dt.date(2026, 3, 2), "2600007")
    assert found.accounts == {"1100": 1210, "8000": -1210}

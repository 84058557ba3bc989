"""A division's lists: as Exact gives them, as they are kept, as they are understood."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from exact_online.api import lists
from exact_online.api.client import ExactClient
from exact_online.failures import NotReady
from exact_online.ledger import Connection, Ledger
from exact_online.settings import ExactPaymentCondition, FinancialPeriod, GlAccount, Journal, VatCode
from exact_online.vocabulary import VatCodeKind, VatNature
from tests.api.conftest import DIVISION
from tests.api.fake_server import FakeServer, Reply

BASE = f"/api/v1/{DIVISION}"
DOCUMENT: dict[str, list[dict[str, Any]]] = {
    "gl_accounts": [
        {
            "ID": "g1",
            "Code": " 8000 ",
            "Description": "Omzet",
            "Type": 110,
            "IsBlocked": False,
            "VATCode": "0  ",
        }
    ],
    "vat_codes": [
        {
            "ID": "v1",
            "Code": "2  ",
            "Type": "E",
            "Percentage": Decimal("0.21"),
            "GLToPay": "g2",
            "IsBlocked": False,
        }
    ],
    "journals": [
        {"ID": "j1", "Code": "70", "Type": 20, "AllowVAT": False, "GLAccount": "g3", "IsBlocked": True}
    ],
    "payment_conditions": [
        {"ID": "p1", "Code": "14", "PaymentMethod": "B", "PaymentDays": 14},
        {"Code": "PN", "PaymentMethod": None},
    ],
    "periods": [
        {
            "FinYear": 2026,
            "FinPeriod": 2,
            "StartDate": "/Date(1769904000000)/",
            "EndDate": "/Date(1772236800000)/",
        },
        {
            "FinYear": 2026,
            "FinPeriod": 1,
            "StartDate": "/Date(1767225600000)/",
            "EndDate": "/Date(1769817600000)/",
        },
    ],
}


@pytest.fixture
def practice(ledger: Connection) -> str:
    insert = "insert into practice (code, name, james_practice_code, link_date, first_sync_date)"
    ledger.execute(f"{insert} values ('aa', 'A', '1', '2026-01-01', '2026-01-01')")
    return "aa"


def test_lists_are_understood_by_trimmed_code() -> None:
    understood = lists.lists_from_document(DOCUMENT)
    assert understood.gl_accounts == {"8000": GlAccount("g1", "8000", 110, False, "0")}
    assert understood.vat_codes == {"2": VatCode("2", VatCodeKind.EXCLUDING, 2100, "g2", False)}
    assert understood.journals == {"70": Journal("70", 20, False, "g3", True)}
    assert understood.payment_conditions == {
        "14": ExactPaymentCondition("14", "B", 14),
        "PN": ExactPaymentCondition("PN", None, None),
    }
    assert understood.periods == (
        FinancialPeriod(2026, 1, dt.date(2026, 1, 1), dt.date(2026, 1, 31)),
        FinancialPeriod(2026, 2, dt.date(2026, 2, 1), dt.date(2026, 2, 28)),
    )


@pytest.mark.parametrize(
    ("percentage", "points"),
    [
        (0.21, 2100),
        (Decimal("0.21"), 2100),
        (21, 2100),
        (21.0, 2100),
        ("0.09", 900),
        (0.09, 900),
        (0, 0),
        (None, 0),
        (0.055, 550),
    ],
)
def test_percentages_become_whole_basis_points_as_fraction_or_per_cent(percentage: Any, points: int) -> None:
    assert lists.basis_points(percentage) == points


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("vat_codes", {"Code": "2"}),
        ("gl_accounts", {"Code": "8000"}),
        ("journals", {"Type": 20}),
        ("periods", {"FinYear": 1}),
    ],
)
def test_a_row_that_can_not_be_understood_names_its_list(name: str, row: dict[str, Any]) -> None:
    with pytest.raises(NotReady, match=f"Lijst {name}"):
        lists.lists_from_document({**DOCUMENT, name: [row]})


@pytest.mark.parametrize("odd", [None, "Z", "999", {}, 7.5, "x" * 40])
def test_what_nothing_uses_may_be_anything(odd: Any) -> None:
    """Types that are null or new: the row is there without a type, and a row without a code is left
    out.
    """
    document = {
        **DOCUMENT,
        "gl_accounts": [
            {"ID": "g9", "Code": "9", "Type": odd, "UseCostcenter": odd},
            *DOCUMENT["gl_accounts"],
        ],
        "vat_codes": [
            {"Code": "9", "Type": odd, "Percentage": odd, "VatMargin": odd},
            *DOCUMENT["vat_codes"],
        ],
        "journals": [{"Code": "9", "Type": odd}, {"Code": " ", "Type": 20}, *DOCUMENT["journals"]],
        "payment_conditions": [{"Code": "9", "PaymentDays": odd}, *DOCUMENT["payment_conditions"]],
    }
    understood, plain = lists.lists_from_document(document), lists.lists_from_document(DOCUMENT)
    for name in ("gl_accounts", "vat_codes", "journals", "payment_conditions"):
        rows = dict(getattr(understood, name))
        rows.pop("9")
        assert rows == getattr(plain, name)
    assert understood.vat_codes["9"].kind is None


@pytest.mark.parametrize(
    ("properties", "nature"),
    [
        ({}, VatNature.SALES),
        (
            {"VATTransactionType": "S", "Charged": False, "EUSalesListing": "N", "VatMargin": 0},
            VatNature.SALES,
        ),
        ({"VATTransactionType": "B", "EUSalesListing": None, "VatMargin": None}, VatNature.SALES),
        ({"VATTransactionType": "P"}, VatNature.PURCHASE),
        ({"VATTransactionType": "B", "Charged": True}, VatNature.REVERSE_CHARGED),
        ({"EUSalesListing": "L"}, VatNature.EU_SALES),
        ({"EUSalesListing": "S "}, VatNature.EU_SALES),
        ({"VatMargin": 1}, VatNature.MARGIN),
    ],
)
def test_a_vat_code_says_what_it_is_for(properties: dict[str, Any], nature: VatNature) -> None:
    (row,) = DOCUMENT["vat_codes"]
    understood = lists.lists_from_document({**DOCUMENT, "vat_codes": [{**row, **properties}]})
    assert understood.vat_codes["2"].nature is nature


def test_mandatory_costs_and_the_end_of_months_are_read() -> None:
    document = {
        **DOCUMENT,
        "gl_accounts": [{**DOCUMENT["gl_accounts"][0], "UseCostcenter": 1, "UseCostunit": 2}],
        "payment_conditions": [{"Code": "30", "PaymentDays": "30", "PaymentEndOfMonths": 1}],
    }
    understood = lists.lists_from_document(document)
    account = understood.gl_accounts["8000"]
    assert (account.cost_center_mandatory, account.cost_unit_mandatory) == (True, False)
    assert understood.payment_conditions["30"] == ExactPaymentCondition("30", None, 30, 1)


def test_lists_are_read_in_six_calls_each_with_its_columns(server: FakeServer, client: ExactClient) -> None:
    for path in (
        "bulk/Financial/GLAccounts",
        "vat/VATCodes",
        "financial/Journals",
        "cashflow/PaymentConditions",
        "financial/FinancialPeriods",
        "read/financial/JournalStatusList",
    ):
        server.on("GET", f"{BASE}/{path}", Reply(body={"d": {"results": [{"Code": path}]}}))
    document = lists.fetch_lists(client, dt.date(2026, 3, 1))
    assert [rows[0]["Code"] for rows in document.values()] == [
        asked.path.removeprefix(f"{BASE}/") for asked in server.asked
    ]
    assert len(server.asked) == 6
    assert all(asked.query["$select"] for asked in server.asked)
    assert [asked.query["$filter"] for asked in server.asked[-2:]] == [
        "FinYear ge 2025",
        "Year ge 2025 and Status eq 1",
    ]


def test_a_period_is_closed_by_its_status_and_of_its_journal() -> None:
    rows = [
        {"Journal": " 70 ", "Year": 2026, "Period": 1, "Status": 1},
        {"Journal": "90", "Year": "2026", "Period": "2", "Status": "1"},
        {"Journal": "70", "Year": 2026, "Period": 2, "Status": 0},
        {"Journal": "70", "Year": 2026, "Period": 3, "Status": None},
    ]
    understood = lists.lists_from_document({**DOCUMENT, "period_status": rows})
    assert understood.closed_periods == {("70", 2026, 1), ("90", 2026, 2)}
    assert lists.lists_from_document(DOCUMENT).closed_periods == frozenset()


@pytest.mark.parametrize("status", [403, 404, 400])
def test_closed_periods_may_not_be_there(server: FakeServer, client: ExactClient, status: int) -> None:
    """Eleven times an hour as well, though Exact counts errors."""
    server.on("GET", f"{BASE}/read/financial/JournalStatusList", Reply(status))
    for path in (
        "bulk/Financial/GLAccounts",
        "vat/VATCodes",
        "financial/Journals",
        "cashflow/PaymentConditions",
        "financial/FinancialPeriods",
    ):
        server.on("GET", f"{BASE}/{path}", Reply(body={"d": {"results": [{"Code": "1"}]}}))
    for _ in range(11):
        assert lists.fetch_lists(client, dt.date(2026, 3, 1))["period_status"] == []


def test_without_bulk_the_accounts_are_read_page_by_page(server: FakeServer, client: ExactClient) -> None:
    for path in (
        "financial/GLAccounts",
        "vat/VATCodes",
        "financial/Journals",
        "cashflow/PaymentConditions",
        "financial/FinancialPeriods",
    ):
        server.on("GET", f"{BASE}/{path}", Reply(body={"d": {"results": [{"Code": "1"}]}}))
    assert lists.fetch_lists(client, dt.date(2026, 3, 1))["gl_accounts"] == [{"Code": "1"}]


def test_what_is_kept_is_understood_the_same(ledger: Connection, practice: str) -> None:
    Ledger(ledger).mirrors.save_lists(practice, {**DOCUMENT, "journals": []})
    Ledger(ledger).mirrors.save_lists(practice, DOCUMENT)
    assert lists.load_lists(Ledger(ledger).mirrors, practice) == lists.lists_from_document(DOCUMENT)


def test_periods_of_years_that_were_not_read_stay(ledger: Connection, practice: str) -> None:
    """Whoever reads fewer years leaves those that another run looks at."""
    mirrors = Ledger(ledger).mirrors

    def keep(first_day: dt.date, *years: int) -> None:
        periods = [{**DOCUMENT["periods"][0], "FinYear": year} for year in years]
        closed = [{"Journal": "70", "Year": year, "Period": 1, "Status": 1} for year in years]
        document = {**DOCUMENT, "periods": periods, "period_status": closed}
        lists.keep_lists(mirrors, practice, document, first_day)

    def kept() -> tuple[list[int], list[int]]:
        known = lists.load_lists(mirrors, practice)
        return (
            [period.year for period in known.periods],
            sorted(year for _, year, _ in known.closed_periods),
        )

    keep(dt.date(2019, 5, 1), 2018, 2019, 2026)
    keep(dt.date(2026, 9, 1), 2025, 2026)
    assert kept() == ([2018, 2019, 2025, 2026],) * 2
    keep(dt.date(2020, 5, 1), 2026)
    assert kept() == ([2018, 2026],) * 2, "2019 and 2025 are not in Exact any more"


def test_lists_that_were_never_read_say_so(ledger: Connection, practice: str) -> None:
    with pytest.raises(NotReady, match="nog nooit gelezen"):
        lists.load_lists(Ledger(ledger).mirrors, practice)

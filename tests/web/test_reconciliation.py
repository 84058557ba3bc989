"""James against Exact on a page and in a workbook, after real nights (B4)."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from dev.demo.james import create_james, fill_james
from dev.local.places import PLUGINS
from dev.local.postgres import Server
from exact_online.ledger import Ledger, NightNumbers
from exact_online.report.months import Month, days_of, months_of
from exact_online.web.language import Words
from simulator.accounting import sales
from tests.conftest import WORKER, reader_dsn
from tests.stage import staged

PRACTICE = "noorderlicht"
NAME = f"james_of_reconciliation_{WORKER}"
PAGE = f"/practices/{PRACTICE}/reconciliation"


euro = Words("nl").euro


@pytest.fixture
def james_owner_dsn(postgres: Server) -> str:
    """A James of the demo's practices, for who may change it."""
    dsn = postgres.create_database(NAME)
    with psycopg.connect(dsn) as owner:
        create_james(owner)
        fill_james(owner)
    return dsn


@pytest.fixture
def james_dsn(postgres: Server, james_owner_dsn: str) -> str:
    """The same as the link may see it."""
    return reader_dsn(postgres, NAME)


def test_pages_and_workbook_say_what_sql_says(
    client: TestClient,
    sign_in: Callable[[str], None],
    ledger: Ledger,
    ledger_dsn: str,
    james_dsn: str,
    james_owner_dsn: str,
) -> None:
    """An entry changed in Exact, and one changed in James after booking, differ in their month."""
    sign_in("viewer")
    with staged(james_dsn, ledger_dsn) as stage:
        assert client.get(PAGE).text.count("Er is nog geen nacht om te vergelijken.") == 1
        stage.run(PRACTICE)
        division = stage.world.division(PRACTICE)
        entry = next(iter(division["SalesEntries"]))
        with stage.world.lock:
            line = sales.lines_of(division, entry["EntryID"])[0]
            sales.change_line(division, line, {"AmountFC": line["AmountFC"] + 1}, None)
        with psycopg.connect(james_owner_dsn) as owner:
            changed = owner.execute(
                "update james.factuurregel as r set bedrag = r.bedrag + 5 where r.ctid = ("
                "select one.ctid from james.factuurregel as one"
                " inner join james.factuur as f on one.factuur_id = f.factuur_id"
                " inner join james.praktijk as p on f.praktijk_id = p.praktijk_id"
                " where p.praktijkcode = %s and f.status = 'gefactureerd' and one.bedrag > 0"
                " order by f.gefactureerd_op desc limit 1)",
                [ledger.practices.get(PRACTICE).james_practice_code],
            )
        assert changed.rowcount == 1
        night = stage.run(PRACTICE)
    latest = ledger.reconciled.latest(PRACTICE)
    assert latest is not None
    days = (latest.numbers.from_date, latest.numbers.before_date)
    read = ledger.reconciled
    months = months_of(
        latest, read.cells(PRACTICE, days), read.exact(PRACTICE, days), read.causes(PRACTICE, days)
    )
    assert len(months) > 1
    assert sum(month.total.james_cents for month in months) == night.numbers.james_cents
    assert sum(month.exact_cents for month in months) == night.numbers.exact_cents
    assert {cause.cause for month in months for cause in month.causes} == {
        "changed_in_exact",
        "changed_after_booking",
    }
    for month in months:
        assert month.difference_cents == month.explained_cents
    page = client.get(PAGE).text
    for month in months:
        assert euro(month.total.james_cents) in page
        assert euro(month.exact_cents) in page
    assert "in Exact met de hand gewijzigd" in page
    differing = next(month for month in months if month.causes)
    assert differing.first_day is not None
    one = f"{PAGE}/{differing.first_day:%Y-%m}"
    assert euro(differing.difference_cents) in client.get(one).text
    for month in filter(lambda month: month.first_day, months):
        _says_what_keeps_days_from_zero(client, ledger, month)
    rows = client.get(one, params={"differing": True}).text.partition('id="invoices"')[2]
    assert rows.count('<th scope="row">') == sum(cause.items for cause in differing.causes)
    _tells_what_a_person_closed(client, ledger, night.run.run_id, latest.numbers)
    group, rate = next(iter(differing.cells))
    assert client.get(one, params={"cell": f"{group}/{rate}"}).status_code == 200
    assert client.get(f"{PAGE}/1999-01").status_code == 404
    assert client.get(f"{PAGE}/2026-13").status_code == 404
    answer = client.get(f"{PAGE}.xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    total = next(row for row in book["Maanden"].iter_rows(values_only=True) if row[0] == "Totaal")
    assert [round(value * 100) for value in total[1:4]] == [
        night.numbers.james_cents,
        night.numbers.ledger_cents,
        night.numbers.exact_cents,
    ]
    booked = ledger.conn.execute(
        "select sum(l.gross_cents) as cents from booking_line as l inner join booking as b using (booking_id)"
        " where b.practice = %s and b.state = 'booked'",
        [PRACTICE],
    ).fetchone()
    assert booked is not None
    periods = list(book["Perioden"].iter_rows(min_row=2, values_only=True))
    assert round(sum(row[6] + row[7] for row in periods) * 100) == booked["cents"]


def _says_what_keeps_days_from_zero(client: TestClient, ledger: Ledger, month: Month) -> None:
    """The suspense accounts of PIN and cash, with the cause and a way to each invoice."""
    assert month.first_day is not None
    page = client.get(f"{PAGE}/{month.first_day:%Y-%m}").text
    left = ledger.reconciled.suspense_left(PRACTICE, days_of(month.first_day))
    assert ("Wat dagen van nul afhoudt" in page) is bool(left)
    assert page.count('data-label="Houdt haar van nul af"') == len(left)
    if not left and "Tussenrekeningen per dag" in page:
        assert "niets houdt deze dagen van nul af" in page


def _tells_what_a_person_closed(
    client: TestClient, ledger: Ledger, run_id: str, numbers: NightNumbers
) -> None:
    """A column of its own, in a night that has any."""
    assert "Gesloten" not in client.get(PAGE).text
    cell, *others = numbers.cells
    closed = replace(numbers, closed_cents=77, cells=(replace(cell, closed_cents=77), *others))
    ledger.runs.save_numbers(run_id, closed)
    assert client.get(PAGE).text.count(f'data-label="Gesloten">{euro(77)}<') == 2


def test_no_two_landmarks_of_a_page_have_the_same_name() -> None:
    """A section that is named and a region in it with the same heading are two of one name."""
    for file in (PLUGINS / "exact_online/web/templates").glob("*.html"):
        named = re.findall(r'<(?:section|div)[^>]*aria-labelledby="([^"]+)"', file.read_text("utf-8"))
        assert sorted(set(named)) == sorted(named), file.name

"""B3: the dry run of a range of older invoices, as page and workbook; and how far they are."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import psycopg
import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from dev.demo.james import create_james, fill_james
from dev.local.postgres import Server
from exact_online.ledger import Ledger
from exact_online.web.airflow_api import airflow_api
from exact_online.web.language import Words
from exact_online.web.pages import pages
from tests.conftest import WORKER, reader_dsn
from tests.stage import staged
from tests.web.test_activating import Airflow

PRACTICE = "noorderlicht"
PAGE = f"/practices/{PRACTICE}/older"
DAYS = {"history_from": "2026-09-10", "history_until": "2026-09-20"}
FORM = {"first_day": "2026-09-10", "last_day": "2026-09-20", "backfill": "import"}
NAME = f"james_of_older_{WORKER}"


@pytest.fixture(scope="module")
def james_dsn(postgres: Server) -> str:
    """A James of the demo's practices, as the link may see it; no test changes it."""
    with psycopg.connect(postgres.create_database(NAME)) as owner:
        create_james(owner)
        fill_james(owner)
    return reader_dsn(postgres, NAME)


def euro(cents: int) -> str:
    return words(Words("nl").euro(cents))


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))


@pytest.fixture
def airflow() -> Airflow:
    api = Airflow()
    pages.dependency_overrides[airflow_api] = lambda: api
    return api


def test_page_and_workbook_say_what_the_import_then_does(
    client: TestClient, sign_in: Callable[[str], None], ledger: Ledger, ledger_dsn: str, james_dsn: str
) -> None:
    sign_in("viewer")
    with staged(james_dsn, ledger_dsn) as stage:
        assert "Er was nog geen proefrun van oudere facturen." in client.get(PAGE).text
        assert client.get(f"{PAGE}/workbook").status_code == 404
        preview = stage.dry_run(PRACTICE, backfill="import", **DAYS).numbers.history
        assert preview is not None
        shown = words(client.get(PAGE).text)
        book = load_workbook(io.BytesIO(client.get(f"{PAGE}/workbook").content))
        stage.run(PRACTICE, backfill="import", **DAYS)
    row = ledger.conn.execute(
        "select count(*) as entries, sum(total_cents)::bigint as cents from current_booking"
        " where practice = %s and kind <> 'debtor' and entry_date between '2026-09-10' and '2026-09-20'",
        [PRACTICE],
    ).fetchone()
    assert row == {"entries": preview.entries, "cents": preview.cents}
    assert f"{preview.entries} {euro(preview.cents)}" in shown
    assert f"Oproepen aan Exact die schrijven {preview.calls}" in shown
    for total in preview.per_period:
        assert f"{total.journal} {total.financial_year}-{total.financial_period} alle" in shown
    assert book.sheetnames == ["Proefrun", "Perioden", "Omzetgroepen", "Blijft achter"]
    sums = [
        sum(row[8] for row in book[name].iter_rows(min_row=2, values_only=True))
        for name in book.sheetnames[1:3]
    ]
    assert [round(100 * each) for each in sums] == [preview.cents] * 2
    assert {book[name].page_setup.orientation for name in book.sheetnames} == {"landscape"}
    shown = words(client.get(f"/practices/{PRACTICE}").text)
    done = f"{preview.entries} van {preview.entries} klaar: {euro(preview.cents)} van {euro(preview.cents)}"
    assert done in shown, shown[shown.find("Oudere") :][:300]


def test_the_form_starts_a_dry_run_of_these_days_and_of_no_impossible_ones(
    client: TestClient,
    sign_in: Callable[[str], None],
    ledger: Ledger,
    airflow: Airflow,
    ledger_dsn: str,
    james_dsn: str,
) -> None:
    sign_in("user")
    with staged(james_dsn, ledger_dsn):
        answer = client.post(PAGE, data=FORM)
        assert (answer.status_code, answer.headers["location"][-26:]) == (
            303,
            f"{PAGE}?started=started"[-26:],
        )
        assert (airflow.started, airflow.choices) == ([PRACTICE], {"backfill": "import", **DAYS})
        for change, sentence in (
            ({"last_day": "2026-09-09"}, "Deze dag mag niet voor de eerste dag liggen."),
            ({"last_day": "2026-10-01"}, "Deze dag moet voor de koppeldatum liggen."),
            ({"backfill": "nothing"}, "Kies een van de lijst."),
        ):
            answer = client.post(PAGE, data={**FORM, **change})
            assert (answer.status_code, sentence in answer.text) == (422, True), answer.text
        assert len(airflow.started) == 1


def test_the_day_on_which_it_is_done_follows_the_pace_of_the_last_week(
    client: TestClient, sign_in: Callable[[str], None], ledger: Ledger, ledger_dsn: str, james_dsn: str
) -> None:
    """Half was booked in two days, so the other half takes two more."""
    sign_in("viewer")
    with staged(james_dsn, ledger_dsn) as stage:
        stage.run(PRACTICE, backfill="import", **DAYS)
    conn = ledger.conn
    conn.execute("alter table booking disable trigger user")
    conn.execute(
        "update booking set booked_at = now() - interval '2 days' where kind <> 'debtor'"
        " and booked_at is not null"
    )
    older = ledger.practice_pages.history_progress(PRACTICE)
    assert (older.left, older.finish_day) == (0, None)
    conn.execute(
        "update booking set state = 'held', booked_at = null, exact_id = null, reason = 'period_closed'"
        " where booking_id in (select booking_id from booking where kind <> 'debtor'"
        " and entry_date < '2026-10-01' order by booking_id limit %s)",
        [older.known // 2],
    )
    half = ledger.practice_pages.history_progress(PRACTICE)
    assert half.left == older.known // 2
    assert half.finish_day is not None
    assert 1 <= (half.finish_day - half.moment.date()).days <= 3
    day = f"{half.finish_day:%d-%m-%Y}"
    assert f"In het tempo van de afgelopen week is alles gedaan op {day}." in words(
        client.get(f"/practices/{PRACTICE}").text
    )

"""The list of practices and the page of one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape

import pytest
from fastapi.testclient import TestClient

from exact_online import reasons
from exact_online.api.stores import WindowState
from exact_online.book_day import book_day
from exact_online.ledger import Ledger
from exact_online.reasons import explain
from tests.ledger_cases import entry, open_run, plan, register, rejection

DUTCH, ENGLISH = {"accept-language": "nl-NL,nl;q=0.9"}, {"accept-language": "en-US,en;q=0.9"}


@pytest.fixture(autouse=True)
def viewer(sign_in: Callable[[str], None]) -> None:
    sign_in("viewer")


def test_the_list_is_empty_at_first(client: TestClient) -> None:
    assert "Er is nog geen praktijk." in client.get("/", headers=DUTCH).text
    assert "There is no practice yet." in client.get("/", headers=ENGLISH).text


def test_a_search_takes_every_sign_as_itself(client: TestClient, ledger: Ledger) -> None:
    """Percent and underscore are no wildcards."""
    for code in ("noorderlicht", "zuid_as"):
        register(ledger, code)
    found = client.get("/", params={"q": "d_a"}).text
    assert "zuid_as" in found
    assert "noorderlicht" not in found
    assert "zuid_as" not in client.get("/", params={"q": "%"}).text


def test_a_page_of_fifty(client: TestClient, ledger: Ledger) -> None:
    for number in range(51):
        register(ledger, f"practice_{number:02}")
    first, second = client.get("/").text, client.get("/", params={"page": 2}).text
    assert first.count('<th scope="row">') == 50
    assert second.count('<th scope="row">') == 1
    assert "51 praktijken" in first


def test_a_practice_that_is_not_there(client: TestClient) -> None:
    answer = client.get("/practices/nobody")
    assert answer.status_code == 404
    assert "Er is geen praktijk met deze code." in answer.text


def test_a_dag_leads_to_its_practice(client: TestClient) -> None:
    assert client.get("/dag/exact_online__zuid").headers["location"] == "/practices/zuid"
    answer = client.get("/dag/some_other_dag")
    assert answer.status_code == 404


def test_the_language_chosen_in_airflow_goes_before_the_browsers(client: TestClient) -> None:
    client.cookies.set("exact_online_language", "en")
    assert '<html lang="en">' in client.get("/", headers=DUTCH).text
    client.cookies.set("exact_online_language", "xx")
    assert '<html lang="nl">' in client.get("/", headers=DUTCH).text


def test_a_night_that_did_not_open_says_why_on_each_page(client: TestClient, ledger: Ledger) -> None:
    """It was shown as running; so was one that nobody ended, after a newer one."""
    register(ledger, "zuid")
    open_run(ledger, "zuid", "lost")
    run = open_run(ledger, "zuid", "tonight")
    code, values = (
        "settings_unusable",
        {"practice": "zuid", "version": "2", "field": "sales_journal", "fault_nl": "ontbreekt"},
    )
    ledger.outages.note_failure("zuid", "tonight", "prepare", "prepare", [(code, values)])
    running = client.get("/practices/zuid/nights").text
    assert (running.count("mislukt"), running.count("bezig")) == (1, 1)
    assert ledger.runs.end_unopened("zuid", "tonight") == run
    sentence, cure = explain(code, values), reasons.cure(code)
    nights, overview = (unescape(client.get(f"/practices/zuid{page}").text) for page in ("/nights", ""))
    assert (nights.count("mislukt"), nights.count("bezig")) == (2, 0)
    assert f"{sentence} <small>{cure}</small>" in nights
    assert f"De nacht van 22-11-2026 is mislukt. {sentence}" in overview
    fleet = client.get("/").text
    assert ("nacht mislukt" in fleet, "bezig" in fleet) == (True, False)
    for page in (nights, overview):
        assert "The night" not in page


def test_a_night_that_runs_for_longer_than_it_may_has_failed(client: TestClient, ledger: Ledger) -> None:
    register(ledger, "zuid")
    open_run(ledger, "zuid")
    assert "bezig" in client.get("/practices/zuid/nights").text
    ledger.conn.execute("update run set started_at = started_at - interval '22 hours'")
    assert "bezig" not in client.get("/practices/zuid/nights").text


def test_older_invoices_that_are_left_have_their_euros_and_a_day(client: TestClient, ledger: Ledger) -> None:
    """C5, B6: by what Exact allows the division a day; what is rejected waits for somebody."""
    register(ledger, division=7)
    old = {"entry_date": "2026-09-20"}
    rows = [entry(number, **old) for number in range(1, 251)]
    plan(ledger, open_run(ledger), [*rows, *({**rejection(number), **old} for number in range(251, 254))])
    now = dt.datetime.now(dt.UTC)
    windows = WindowState(now, 60, 0, now, 200, 0, None, 0, 0)
    ledger.call_windows.open(7, windows)
    page = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", client.get("/", headers=DUTCH).text))
    done = book_day(now) + dt.timedelta(days=2)  # 200 a day, of which 40 and 30 are each night's own
    assert f"nog 253 te gaan € 2.500,00 geboekt op {done:%d-%m-%Y}" in page

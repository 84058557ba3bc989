"""The pages for people: they show the books, in Dutch, and are safe to look at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from dev.demo.night import ENTRY_PAGE
from simulator import World, running
from tests.simulator.books import Client

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def url(world: World, exact: Client) -> Iterator[str]:
    exact.book(exact.line(100.0, "2", Description=HOSTILE), YourRef=HOSTILE)
    exact.post("generaljournalentry/GeneralJournalEntries", exact.journal_entry())
    exact.post("crm/Accounts", {"Name": HOSTILE, "Status": "C"})
    with running(world) as address:
        yield address


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", ["Fysiotherapie Noorderlicht", "2025, 2026"]),
        ("/boeken/{code}", ["Kantoorhandel", "Zorgverzekeraar Oost"]),
        ("/boeken/{code}/boekingen", ["26700001", "121,00"]),
        ("/boeken/{code}/boekingen/{entry}", ["1300 Debiteuren", "Af te dragen btw", "21,00"]),
        ("/boeken/{code}/proefbalans", ["Tussenrekening PIN", "221,00"]),
        ("/boeken/{code}/btw", ["100,00", "21,00"]),
        ("/boeken/{code}/instellingen", ["Verkoopboek", "Btw hoog, inclusief"]),
        ("/logboek", ["salesentry/SalesEntries"]),
        ("/schakelbord", ["drop_after_commit", "bulk_envelope", "Anna Accountant"]),
    ],
)
def test_a_page_shows_the_books(world: World, exact: Client, url: str, path: str, words: list[str]) -> None:
    entry = next(iter(exact.division["SalesEntries"]))["EntryID"]
    page = requests.get(url + path.format(code=exact.division.code, entry=entry), timeout=10)
    assert page.status_code == 200
    assert [word for word in words if word not in page.text] == []
    assert HOSTILE not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_search_finds_by_name_and_number(exact: Client, url: str) -> None:
    found = requests.get(f"{url}/boeken/{exact.division.code}/relaties?zoek=kantoor", timeout=10).text
    assert "Kantoorhandel" in found
    assert "Zorgverzekeraar" not in found


def test_the_address_of_exacts_menu_leads_to_the_entries_and_to_one(
    world: World, exact: Client, url: str
) -> None:
    """What the link's button opens, with and without a page per entry."""
    entry = next(iter(exact.division["SalesEntries"]))["EntryID"]
    menu = f"{url}/docs/FinMenu.aspx?_Division_={exact.division.code}"
    assert "26700001" in requests.get(menu, timeout=10).text
    page = requests.get(f"{menu}&EntryID={entry}", timeout=10)
    assert "1300 Debiteuren" in page.text
    assert page.url == f"{url}{ENTRY_PAGE.format(division=exact.division.code, entry_id=entry)}"
    assert requests.get(f"{menu}&EntryID=x", timeout=10).status_code == 404


def test_what_is_not_there_is_404(url: str, exact: Client) -> None:
    for path in ("/boeken/1", f"/boeken/{exact.division.code}/boekingen/x"):
        assert requests.get(url + path, timeout=10).status_code == 404


def test_the_switchboard_moves_the_world(world: World, url: str) -> None:
    def press(form_name: str, **form: str) -> int:
        return requests.post(
            f"{url}/schakelbord/{form_name}", data=form, timeout=10, allow_redirects=False
        ).status_code

    before, code = world.clock.seconds(), str(world.division("noorderlicht").code)
    assert press("klok", act="zet", days="1", minutes="5") == 303
    assert world.clock.seconds() == before + 86_700
    numbers = {
        "calls_per_minute": "7",
        "calls_per_day": "",
        "errors_per_hour": "3",
        "token_calls_per_day": "9",
    }
    assert press("limieten", **numbers) == 303
    limits = world.limits
    assert (limits.calls_per_minute, limits.calls_per_day, limits.token_calls_per_day) == (7, None, 9)
    assert press("storing", kind="status", endpoint="vat/VATCodes", settings='{"status": 503}') == 303
    assert [fault.kind for fault in world.faults.plan] == ["status"]
    assert press("storingen-weg") == 303
    assert world.faults.plan == []
    assert press("schakelaar", name="retry_after", value="sent") == 303
    assert press("periode", division=code, year="2026", period="1", act="sluiten") == 303
    assert world.division("noorderlicht").is_closed("70", 2026, 1)
    assert press("gebruiker", user=world.user.id, act="inzien") == 303
    assert world.user.view_only
    assert press("schakelaar", name="x", value="y") == 400
    assert press("storing", kind="close_period") == 400


def test_a_form_of_another_site_changes_nothing(world: World, url: str) -> None:
    reply = requests.post(
        f"{url}/schakelbord/storingen-weg", headers={"Origin": "http://elsewhere.invalid"}, timeout=10
    )
    assert reply.status_code == 403


def test_only_loopback_names_are_answered(url: str) -> None:
    assert requests.get(url, headers={"Host": "elsewhere.invalid"}, timeout=10).status_code == 400

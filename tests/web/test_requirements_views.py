"""A planted fault is one sentence: on page, in mail, in the stop of a night, in the workbook."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from dev.demo.practices import practices, settings_document
from exact_online.failures import NotReady
from exact_online.hook import ExactOnlineHook
from exact_online.ledger import Ledger
from exact_online.night import steps as night
from exact_online.night.context import Night
from exact_online.report.watch_items import compose_for
from exact_online.requirements import known
from exact_online.watch_requirements import requirement_items
from exact_online.web.inputs import page_clock
from exact_online.web.pages import pages
from simulator.world import World
from tests.api.virtual_clock import VirtualClock
from tests.web.consenting import AGREE, come_back, come_back_as, world

__all__ = ["world"]

DEMO = practices()[0]
CODE, HERE = DEMO.code, f"/practices/{DEMO.code}"
NOW = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)
DAY = NOW.date()


@pytest.fixture(autouse=True)
def linked(
    sign_in: Callable[[str], None],
    world: World,
    ledger: Ledger,
    james_connection: None,
    client: TestClient,
    public_client: TestClient,
) -> None:
    sign_in("op")
    come_back_as(SimpleAuthManagerUser(username="op", role="op"))
    pages.dependency_overrides[page_clock] = lambda: VirtualClock(NOW)
    client.post("/new", data={"james_practice_code": DEMO.james_practice_code, "code": CODE})
    assert client.post(f"{HERE}/check").status_code == 409
    assert "Sla eerst de instellingen op" in client.get(f"{HERE}/requirements").text
    ledger.practices.save_settings(CODE, settings_document(DEMO), "test")
    come_back(public_client, client.post(f"{HERE}/connect", data=AGREE))
    client.post(f"{HERE}/division", data={"division": world.division(CODE).code})


def _night_says(ledger: Ledger) -> str:
    practice = ledger.practices.get(CODE)
    run = night.open_run(ledger, CODE, "a night", DAY, dry_run=True)
    settings = ledger.practices.settings(practice)
    exact = ExactOnlineHook("exact_online").client(practice, ledger)
    with pytest.raises(NotReady) as stopped:
        night.read_division(Night(ledger, exact, practice, settings, run, VirtualClock(NOW), "test"), None)
    return str(stopped.value)


def test_the_four_views_say_the_same(client: TestClient, ledger: Ledger, world: World) -> None:
    journals = world.division(CODE)["Journals"]
    next(row for row in journals if row["Code"].strip() == "90")["AllowVAT"] = False
    client.post(f"{HERE}/check")
    checked = known(ledger, CODE)
    assert checked is not None
    (blocked,) = [each for each in checked.requirements if each.item == "general_journal"]
    (sentence,) = blocked.sentences()
    assert "vinkje btw" in sentence

    page = unescape(client.get(f"{HERE}/requirements").text)
    ledger.conn.execute("update exact_sync.practice set active = true where code = %s", [CODE])
    mail = unescape(compose_for("accountant", requirement_items(ledger, NOW), DAY).html)
    stop = _night_says(ledger)
    book = load_workbook(io.BytesIO(client.get(f"{HERE}/settings/workbook").content))
    cells = {str(cell.value) for row in book["Voorwaarden"].iter_rows() for cell in row if cell.value}
    for view in (page, mail, stop, "\n".join(cells)):
        assert sentence in view
        assert blocked.where() in view
        assert blocked.who() in view
    for view in (page, mail, "\n".join(cells)):
        assert blocked.cure() in view
    assert sentence in unescape(client.get(f"{HERE}/activate").text)
    for row in journals:
        row["AllowVAT"] = True
    client.post(f"{HERE}/check")
    assert sentence not in unescape(client.get(f"{HERE}/requirements").text)


def test_what_is_confirmed_has_a_name_and_a_division_is_typed(
    client: TestClient, ledger: Ledger, world: World, sign_in: Callable[[str], None]
) -> None:
    """M9, M14, M6: support confirms, who looks does not."""
    world.division(CODE).name = "Bakkerij Het Krentenbrood"
    client.post(f"{HERE}/check")
    before = client.get(f"{HERE}/requirements").text
    assert "Bevestigen: Btw-aangifte aan" in before
    sign_in("viewer")
    looked = client.get(f"{HERE}/requirements")
    assert looked.status_code == 200
    assert "<form" not in looked.text.split("<main")[1]
    assert client.post(f"{HERE}/confirm", data={"item": "vat_return"}).status_code == 403
    assert client.post(f"{HERE}/check").status_code == 403
    sign_in("user")
    client.post(f"{HERE}/confirm", data={"item": "vat_return"})
    assert "Bevestigd door user" in client.get(f"{HERE}/requirements").text
    for sent in ({}, {"item": "nonsense"}, {"item": "vat_return"}, {"item": "identity", "typed": "iets"}):
        assert client.post(f"{HERE}/confirm", data=sent).status_code == 422
    (event, *_) = ledger.events.latest(CODE)
    assert (event.who, event.event, event.details) == (
        "user", "requirement_confirmed", {"requirement": "vat_return"},
    )  # fmt: skip


def test_the_accountant_s_link_shows_the_list_and_confirms_in_his_name(
    client: TestClient, public_client: TestClient, ledger: Ledger
) -> None:
    client.post(f"{HERE}/check")
    form = {"person": "A. Boekhouder", "mail_address": "a@kantoor.example"}
    sent = client.post(f"{HERE}/links", data=form)
    address = re.search(r"/activate/[^\"<]+", client.get(f"{HERE}/link").text)
    assert address, sent.text
    page = public_client.get(address[0])
    assert "Bevestigen: Aanspreektitels DHR en MEVR" in page.text
    assert '<a class="button main" href="#vat_return">Naar de volgende stap: bevestigen</a>' in page.text
    assert (
        f'href="{HERE}/requirements">Naar de volgende stap: voorwaarden</a>'
        in client.get(f"{HERE}/link").text
    )
    assert "alike" not in page.text, "names of patients are not behind a mailed link"
    assert public_client.post(f"{address[0]}/confirm", data={"item": "titles"}).status_code == 303
    assert public_client.post(f"{address[0]}/confirm", data={"item": "vat_return"}).status_code == 303
    done = public_client.get(address[0]).text
    assert "Bevestigd door A. Boekhouder" in done
    assert "Naar de volgende stap" not in done
    assert "Bevestigd door A. Boekhouder" in client.get(f"{HERE}/requirements").text


def test_a_renamed_division_is_said_to_be_the_same_on_the_page(
    client: TestClient, ledger: Ledger, world: World, sign_in: Callable[[str], None]
) -> None:
    """FR-J11: the night stops, the page says the same sentence and has the act that cures it."""
    old, new = world.division(CODE).name, "Praktijk Zuiderlicht Nieuw"
    world.division(CODE).name = new
    stop = _night_says(ledger)
    client.post(f"{HERE}/check")
    page = unescape(client.get(f"{HERE}/requirements").text)
    sentence = (
        f"Administratie {world.division(CODE).code} heet in Exact '{new}', en bij de koppeling '{old}'."
    )
    for view in (stop, page):
        assert sentence in view
    assert "Ja, dit is dezelfde administratie" in page
    sign_in("viewer")
    assert client.post(f"{HERE}/confirm", data={"item": "division_name"}).status_code == 403
    sign_in("op")
    assert client.post(f"{HERE}/confirm", data={"item": "division_name"}).status_code == 303
    page = unescape(client.get(f"{HERE}/requirements").text)
    assert sentence not in page
    assert "Bevestigd door op" in page
    assert ledger.practices.get(CODE).division_name == new
    log = unescape(client.get(f"{HERE}/log").text)
    assert "Administratie bevestigd als die van de praktijk" in log
    client.post(f"{HERE}/check")
    assert sentence not in unescape(client.get(f"{HERE}/requirements").text)

"""An accountant without an account delivers the settings by a signed link (M6, M22)."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from fastapi import Response
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from dev.demo.practices import practices
from exact_online.activation.links import PER_LINK, token_of
from exact_online.intake.opening import MAX_BYTES
from exact_online.ledger import Ledger
from exact_online.web.app import MAX_BODY_BYTES
from exact_online.web.exact import signing_key
from simulator.world import World
from tests.intake.workbooks import cell_of
from tests.web.consenting import AGREE, come_back, world
from tests.web.test_settings import as_delivered

__all__ = ["world"]

DEMO, OTHER = practices()[:2]
WEEK = dt.timedelta(days=7)


@pytest.fixture(autouse=True)
def _practices(james_connection: None, world: World, ledger: Ledger) -> None:
    for known in (DEMO, OTHER):
        ledger.practices.add(
            code=known.code,
            name=known.name,
            james_practice_code=known.james_practice_code,
            day=known.link_date,
        )


@pytest.fixture
def path(ledger: Ledger) -> str:
    return _link(ledger, DEMO.code)


def _link(ledger: Ledger, practice: str) -> str:
    link_id = ledger.activation.make_link(practice, "A. Boekhouder", "a@kantoor.example", "support", WEEK)
    return f"/activate/{token_of(link_id, signing_key())}"


def _sent(browser: TestClient, path: str, content: bytes) -> Response:
    return browser.post(f"{path}/settings/upload", files={"workbook": ("ingevuld.xlsx", content)})


def test_it_goes_down_comes_back_with_faults_and_is_saved_under_his_name(
    public_client: TestClient, ledger: Ledger, path: str
) -> None:
    assert f"{path}/settings" in public_client.get(path).text
    assert f"{path}/settings/upload" in public_client.get(f"{path}/settings").text
    blank = public_client.get(f"{path}/settings/workbook").content
    wrong = _sent(public_client, path, as_delivered(blank, vat_low="", suspense_pin="1300"))
    assert wrong.status_code == 422
    assert "Er zijn 2 fouten gevonden" in wrong.text
    assert "Btw-codes" in wrong.text
    preview = _sent(public_client, path, as_delivered(blank)).headers["location"]
    page = public_client.get(preview).text
    assert "zouden worden geboekt" in page
    assert 'value="A. Boekhouder"' in page
    unnamed = public_client.post(preview, data={"name": " "})
    assert unnamed.status_code == 422
    assert "Vul dit in." in unnamed.text
    assert ledger.settings_history.versions(DEMO.code) == []
    saved = public_client.post(preview, data={"name": "Sanne de Boer"})
    assert saved.headers["location"] == f"{path}/settings"
    (version,) = ledger.settings_history.versions(DEMO.code)
    assert version.changed_by == "Sanne de Boer (via link, naam getypt)"
    (event,) = ledger.events.latest(DEMO.code)
    (link,) = ledger.activation.links(DEMO.code)
    assert (event.who, event.details["link"]) == (version.changed_by, link.link_id)
    assert "Sanne de Boer" in public_client.get(f"{path}/settings").text
    assert public_client.get(preview).status_code == 410


def test_after_the_consent_it_comes_with_a_proposal(
    public_client: TestClient, ledger: Ledger, path: str, world: World
) -> None:
    come_back(public_client, public_client.post(f"{path}/connect", data=AGREE))
    division = world.division(DEMO.code)
    answer = public_client.post(f"{path}/division", data={"division": division.code})
    assert "Instellingen aanleveren" in public_client.get(answer.headers["location"]).text
    book = load_workbook(io.BytesIO(public_client.get(f"{path}/settings/workbook").content))
    assert cell_of(book, "sales_journal").value == "70"


def test_the_form_is_there_too(public_client: TestClient, ledger: Ledger, path: str) -> None:
    names = re.findall(r'<input id="(\w+)"', public_client.get(f"{path}/settings/form").text)
    values = {name: f"{8000 + place}" for place, name in enumerate(names)} | {"one_number_series": "Ja"}
    wrong = public_client.post(f"{path}/settings/form", data={**values, "general_journal": "8000"})
    assert wrong.status_code == 422
    preview = public_client.post(f"{path}/settings/form", data=values).headers["location"]
    public_client.post(preview, data={"name": "Sanne de Boer"})
    assert len(ledger.settings_history.versions(DEMO.code)) == 1


def test_another_practices_link_shows_and_saves_nothing(
    public_client: TestClient, ledger: Ledger, path: str
) -> None:
    blank = public_client.get(f"{path}/settings/workbook").content
    preview = _sent(public_client, path, as_delivered(blank)).headers["location"]
    other = _link(ledger, OTHER.code)
    stolen = preview.replace(path, other)
    assert public_client.get(stolen).status_code == 410
    assert public_client.post(stolen, data={"name": "X"}).status_code == 410
    assert [ledger.settings_history.versions(each.code) for each in (DEMO, OTHER)] == [[], []]
    assert DEMO.name not in public_client.get(f"{other}/settings").text
    assert _sent(public_client, other, as_delivered(blank)).status_code == 422


PAGES = ["", "/workbook", "/form", "/drafts/0"]


@pytest.mark.parametrize("page", PAGES)
def test_a_spent_or_old_link_opens_none_of_it(
    public_client: TestClient, ledger: Ledger, path: str, page: str
) -> None:
    ledger.conn.execute("update exact_sync.activation_link set expires_at = clock_timestamp()")
    assert public_client.get(f"{path}/settings{page}").status_code == 410
    assert _sent(public_client, path, b"").status_code == 410
    assert public_client.get(f"/activate/guess/settings{page}").status_code == 404


def test_what_is_too_large_is_not_read_and_who_asks_too_often_waits(
    public_client: TestClient, path: str
) -> None:
    assert "Er is 1 fout gevonden" in _sent(public_client, path, bytes(MAX_BYTES + 1)).text
    assert _sent(public_client, path, bytes(MAX_BODY_BYTES + 1)).status_code == 413
    for _ in range(PER_LINK.requests):
        answer = _sent(public_client, path, b"")
    assert answer.status_code == 429


def test_another_site_sends_nothing(public_client: TestClient, path: str, ledger: Ledger) -> None:
    public_client.headers["sec-fetch-site"] = "cross-site"
    assert _sent(public_client, path, b"x").status_code == 403

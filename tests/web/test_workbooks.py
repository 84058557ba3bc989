"""The page of workbooks: looked up in Exact by a button, and taken back when not imported (C5)."""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from exact_online.ledger import Ledger
from exact_online.tasks import read_back
from exact_online.tasks.workbook_store import URL_VARIABLE
from simulator import excel_import
from tests.link.fixtures import small_place
from tests.link.handed_over import handed_over
from tests.link.small import Place, SmallLink
from tests.night.test_hand_over import BEFORE_LINK
from tests.night.test_workbook_store import hand_over
from tests.web.of_link import ledger

__all__ = ["ledger", "small_place"]

CODE = "noorderlicht"
HERE = f"/practices/{CODE}/workbooks"
WHY = {"reason": "niet geïmporteerd"}


@pytest.fixture
def link(small_place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallLink]:
    """Two invoices in one workbook, beside an Exact that the pages reach."""
    with handed_over(small_place, monkeypatch) as small:
        yield small


@pytest.fixture(autouse=True)
def support(sign_in: Callable[[str], None]) -> None:
    sign_in("user")


def file_of(ledger: Ledger) -> tuple[str, bytes]:
    (file,) = ledger.exports.files(CODE)
    return file.export_id, file.content or b""


def imports(link: SmallLink) -> None:
    content = file_of(link.ledger)[1]
    assert excel_import.load(link.division, content, excel_import.SALES, link.world.user.id).rejected == {}


def counted(ledger: Ledger) -> tuple[int, int]:
    row = ledger.conn.execute("select found, missing from export_check").fetchone()
    assert row is not None
    return row["found"], row["missing"]


def test_the_button_looks_in_exact_and_is_written_down(
    client: TestClient, link: SmallLink, ledger: Ledger
) -> None:
    assert "In Exact 0, ontbreekt 2" in client.get(HERE).text
    imports(link)
    writes = link.writes()
    answer = client.post(f"{HERE}/check")
    assert (answer.status_code, link.writes()) == (303, writes)
    page = client.get(answer.headers["location"])
    assert "1 werkboek is in Exact opgezocht." in page.text
    assert counted(ledger) == (2, 0)
    (event, *_) = ledger.events.latest(CODE)
    assert (event.who, event.event, event.details) == ("user", "workbooks_checked", {"workbooks": 1})
    assert "Werkboeken in Exact opgezocht" in client.get(f"/practices/{CODE}/log").text


def test_more_calls_than_a_page_waits_for_are_not_made(
    client: TestClient, link: SmallLink, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_back, "MOST_CALLS", 1)
    imports(link)
    before = sum(link.world.auditor.calls_per_minute.values())
    answer = client.post(f"{HERE}/check")
    assert answer.status_code == 409
    assert "De volgende nacht leest het" in answer.text
    assert sum(link.world.auditor.calls_per_minute.values()) == before + 1
    assert counted(ledger) == (0, 2)
    assert all(event.event != "workbooks_checked" for event in ledger.events.latest(CODE))


def test_a_night_that_writes_is_not_disturbed(client: TestClient, link: SmallLink, ledger: Ledger) -> None:
    before = sum(link.world.auditor.calls_per_minute.values())
    with ledger.holding(CODE):
        answers = [client.post(f"{HERE}/check")]
        answers.append(client.post(f"{HERE}/{file_of(ledger)[0]}/take-back", data=WHY))
    assert [answer.status_code for answer in answers] == [409, 422]
    assert all("Een nacht schrijft nu" in answer.text for answer in answers)
    assert sum(link.world.auditor.calls_per_minute.values()) == before
    assert set(link.states().values()) == {"booked", "exported"}


def test_a_workbook_that_was_not_imported_is_taken_back_with_name_and_reason(
    client: TestClient, link: SmallLink, ledger: Ledger
) -> None:
    export_id, _ = file_of(ledger)
    address = f"{HERE}/{export_id}/take-back"
    assert address in client.get(HERE).text
    assert client.post(address, data={"reason": ""}).status_code == 422
    assert set(link.states().values()) == {"booked", "exported"}
    assert client.post(address, data=WHY).status_code == 303
    assert set(link.states().values()) == {"booked", "closed"}
    act = ledger.conn.execute("select act, acted_by, reason from act").fetchone()
    assert act == {"act": "take_back_file", "acted_by": "user", "reason": WHY["reason"]}
    page = client.get(HERE).text
    assert "teruggenomen door user" in page
    assert address not in page
    again = client.post(address, data=WHY)
    assert again.status_code == 422
    assert "was al teruggenomen" in unescape(again.text)
    assert client.post(f"/practices/{CODE}/workbooks/none/take-back", data=WHY).status_code == 404


def test_what_stands_in_exact_is_not_taken_back(client: TestClient, link: SmallLink, ledger: Ledger) -> None:
    imports(link)
    client.post(f"{HERE}/check")
    address = f"{HERE}/{file_of(ledger)[0]}/take-back"
    assert address not in client.get(HERE).text
    answer = client.post(address, data=WHY)
    assert answer.status_code == 422
    assert "een deel staat in Exact" in unescape(answer.text)
    assert set(link.states().values()) == {"booked", "exported"}


def test_one_hand_over_has_a_page(client: TestClient, link: SmallLink, ledger: Ledger) -> None:
    link.james.invoice(2600003, "1001", day=BEFORE_LINK)
    link.night(backfill="excel")
    first, second = ledger.exports.files(CODE)
    page = client.get(f"/practices/{CODE}/hand-overs/{second.set_id}/workbooks").text
    assert second.file_name in page
    assert first.file_name not in page
    assert "Alle werkboeken" in page
    assert client.get(f"/practices/{CODE}/hand-overs/none/workbooks").status_code == 404


def test_workbooks_of_a_store_are_given_as_those_of_the_ledger(
    client: TestClient, link: SmallLink, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One by one and as a set; a store that lost them is a named failure, no empty file."""
    monkeypatch.setenv(URL_VARIABLE, f"file://{tmp_path}/workbooks")
    link.james.invoice(2600003, "1001", day=BEFORE_LINK)
    hand_over(link, "in the store")
    file = ledger.exports.files(CODE)[1]
    assert (file.content, file.location is None) == (None, False)
    one = client.get(f"{HERE}/{file.export_id}")
    assert hashlib.sha256(one.content).hexdigest() == file.sha256
    many = client.get(f"/practices/{CODE}/hand-overs/{file.set_id}").content
    with zipfile.ZipFile(io.BytesIO(many)) as package:
        assert len(package.namelist()) == 3
        assert package.read(file.file_name) == one.content
    shutil.rmtree(tmp_path / "workbooks")
    lost = client.get(f"{HERE}/{file.export_id}")
    assert (lost.status_code, "opslag van werkboeken" in lost.text) == (409, True)
    looked = ledger.conn.execute("select count(*) as times from access_log").fetchone()
    assert looked == {"times": 2}


def test_who_only_looks_has_no_buttons(
    client: TestClient, ledger: Ledger, sign_in: Callable[[str], None]
) -> None:
    sign_in("viewer")
    main = client.get(HERE).text.split("<main")[1]
    assert "<form" not in main
    assert client.post(f"{HERE}/check").status_code == 403
    assert client.post(f"{HERE}/{file_of(ledger)[0]}/take-back", data=WHY).status_code == 403


def test_the_next_hand_over_is_xml_when_somebody_chose_so(
    client: TestClient, link: SmallLink, ledger: Ledger, sign_in: Callable[[str], None]
) -> None:
    """Chosen on the page, by who may change settings; downloaded as XML, alone and in the set."""
    assert client.post(f"{HERE}/format", data={"format": "xml"}).status_code == 403
    assert "Excel-werkmappen" in client.get(HERE).text
    sign_in("op")
    assert client.post(f"{HERE}/format", data={"format": "csv"}).status_code == 422
    assert client.post(f"{HERE}/format", data={"format": "xml"}).status_code == 303
    (event, *_) = ledger.events.latest(CODE)
    assert (event.who, event.event) == ("op", "settings_saved")
    assert 'value="xml" required checked' in client.get(HERE).text
    before = file_of(ledger)
    link.james.invoice(2600003, "1001", day=BEFORE_LINK)
    link.night(backfill="excel")
    first, second = ledger.exports.files(CODE)
    assert (first.export_id, first.content) == before
    one = client.get(f"{HERE}/{second.export_id}")
    assert one.headers["content-type"].partition(";")[0] == "application/xml"
    assert one.content == second.content
    many = client.get(f"/practices/{CODE}/hand-overs/{second.set_id}").content
    with zipfile.ZipFile(io.BytesIO(many)) as package:
        endings = sorted(name.rpartition(".")[2] for name in package.namelist())
        assert endings == ["xlsx", "xml", "xml"]
        assert package.read(second.file_name) == one.content

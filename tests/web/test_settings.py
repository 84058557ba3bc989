"""Settings on pages: a workbook down and up, the form, a look before saving, and the history."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from dev.demo.practices import Practice, practices, settings_document
from exact_online.intake import changes_between
from exact_online.ledger import EventKind, Ledger
from tests.intake.workbooks import cell_of, saved

DEMO = practices()[0]
ADDRESS = f"/practices/{DEMO.code}/settings"


@pytest.fixture(autouse=True)
def practice(james_connection: None, ledger: Ledger, sign_in: Callable[[str], None]) -> None:
    sign_in("op")
    ledger.practices.add(
        code=DEMO.code, name=DEMO.name, james_practice_code=DEMO.james_practice_code, day=DEMO.link_date
    )


def sent(
    client: TestClient, content: bytes, name: str = "C:\\Mijn map\\ingevuld.xlsx"
) -> tuple[int, str, str]:
    """Upload a workbook: status, page and where it leads."""
    answer = client.post(f"{ADDRESS}/upload", files={"workbook": (name, content)})
    return answer.status_code, answer.text, answer.headers.get("location", "")


def blank(client: TestClient) -> bytes:
    answer = client.get(f"{ADDRESS}/workbook")
    assert (
        answer.headers["content-disposition"] == 'attachment; filename="gegevens-inrichten-noorderlicht.xlsx"'
    )
    return answer.content


def as_delivered(content: bytes, of: Practice = DEMO, **other: str) -> bytes:
    """The workbook filled in as the accountant of a demo practice does, but for these values."""
    book = load_workbook(io.BytesIO(content))
    document = settings_document(of)
    values = {
        "sales_journal": "70", "general_journal": "90", "receivables_account": "1300",
        "suspense_pin": "1101", "suspense_cash": "1001",
        **{f"vat_{rate}": code for rate, code in document["vat_codes"].items()},
        **{f"condition_{each}": code for each, code in document["payment_conditions"].items()},
    }  # fmt: skip
    numbers = {code: number for number, code in enumerate(sorted(of.professions), start=1)}
    for row in document["revenue_accounts"]:
        values[f"revenue_{numbers[row['profession']]}_{row['group']}_{row['rate']}"] = row["account"]
    for name, value in {**values, **other}.items():
        cell_of(book, name).value = value
    return saved(book)


def test_a_workbook_goes_down_comes_back_with_faults_and_is_saved_once_it_is_right(
    client: TestClient, ledger: Ledger
) -> None:
    content = blank(client)
    status, page, _ = sent(client, as_delivered(content, vat_zero="", vat_low="", suspense_pin="1300"))
    assert status == 422
    assert "Er zijn 3 fouten gevonden" in page
    assert page.count("Btw-codes</td>") == 2
    assert ledger.settings_history.versions(DEMO.code) == []
    status, _, preview = sent(client, as_delivered(content))
    assert status == 303
    page = client.get(preview).text
    assert "Uit ingevuld.xlsx, zonder fouten." in page
    assert "Verkoopboek: 70 (was leeg)." in page
    assert "zouden worden geboekt" in page
    assert client.post(preview).headers["location"] == ADDRESS
    (version,) = ledger.settings_history.versions(DEMO.code)
    assert changes_between(settings_document(DEMO), version.settings) == []
    assert version.settings.keys() == settings_document(DEMO).keys()
    assert (version.version, version.changed_by, version.source_file) == (1, "op", "ingevuld.xlsx")
    (event,) = ledger.events.latest(DEMO.code)
    assert (event.event, event.details["workbook_sha256"]) == (
        EventKind.SETTINGS_SAVED,
        version.source_sha256,
    )
    page = client.get(ADDRESS).text
    assert "ingevuld.xlsx" in page
    assert "De huidige instellingen: versie 1" in page


def test_what_was_looked_at_is_not_saved_over_what_somebody_saved_meanwhile(
    client: TestClient, ledger: Ledger
) -> None:
    _, _, preview = sent(client, as_delivered(blank(client)))
    ledger.practices.save_settings(DEMO.code, settings_document(DEMO), "another")
    for answer in (client.get(preview), client.post(preview)):
        assert answer.status_code == 410
        assert "intussen een andere versie" in answer.text
    assert len(ledger.settings_history.versions(DEMO.code)) == 1


def test_a_draft_is_of_its_own_practice(client: TestClient, ledger: Ledger) -> None:
    _, _, preview = sent(client, as_delivered(blank(client)))
    ledger.practices.add(code="zuid", name="Zuid", james_practice_code="Z", day=DEMO.link_date)
    other = preview.replace(DEMO.code, "zuid")
    assert client.get(other).status_code == 410
    assert client.post(other).status_code == 410
    assert ledger.settings_history.versions("zuid") == []


def test_the_form_has_the_same_fields_and_the_same_faults(client: TestClient, ledger: Ledger) -> None:
    page = client.get(f"{ADDRESS}/form").text
    names = re.findall(r'<input id="(\w+)"', page)
    assert len(names) == 17 + 12 * len(DEMO.professions)
    answer = client.post(f"{ADDRESS}/form", data={"sales_journal": "70", "general_journal": "70"})
    assert answer.status_code == 422
    assert "dezelfde code (70) als Verkoopboek" in answer.text
    assert (
        answer.text.count('aria-invalid="true"') == len(names) - 3
    )  # right: sales journal, two may be empty
    values = {name: f"{8000 + place}" for place, name in enumerate(names)} | {"one_number_series": "Ja"}
    answer = client.post(f"{ADDRESS}/form", data=values)
    client.post(answer.headers["location"])
    (version,) = ledger.settings_history.versions(DEMO.code)
    assert version.settings["one_number_series"] is True
    assert version.source_file is None
    assert 'value="8000"' in client.get(f"{ADDRESS}/form").text


def test_back_to_an_earlier_version_is_a_new_one_with_its_content(client: TestClient, ledger: Ledger) -> None:
    first = settings_document(DEMO)
    for journal in ("70", "71"):
        ledger.practices.save_settings(DEMO.code, {**first, "sales_journal": journal}, "test")
    page = client.get(ADDRESS).text
    assert "Verkoopboek: 71 (was 70)." in page
    page = client.get(f"{ADDRESS}/earlier", params={"version": 1}).text
    assert "Verkoopboek: 70 (was 71)." in page
    client.post(f"{ADDRESS}/earlier", data={"version": "1"})
    third, second, _ = ledger.settings_history.versions(DEMO.code)
    assert (third.version, third.restored_from, third.settings["sales_journal"]) == (3, 1, "70")
    assert (second.settings["sales_journal"], third.changed_by) == ("71", "op")
    assert client.post(f"{ADDRESS}/earlier", data={"version": "x"}).status_code == 404
    assert client.get(f"{ADDRESS}/earlier", params={"version": 9}).status_code == 404


def test_the_workbook_with_the_settings_as_they_are(client: TestClient, ledger: Ledger) -> None:
    ledger.practices.save_settings(DEMO.code, settings_document(DEMO), "test")
    answer = client.get(f"{ADDRESS}/workbook", params={"present": "true"})
    assert cell_of(load_workbook(io.BytesIO(answer.content)), "sales_journal").value == "70"


@pytest.mark.parametrize("content", [b"", b"a;b", b"PK\x03\x04", bytes(2_500_000)])
def test_a_file_that_is_no_workbook(client: TestClient, content: bytes) -> None:
    status, page, _ = sent(client, content)
    assert status == 422
    assert "Er is 1 fout gevonden" in page


def test_before_there_are_settings(client: TestClient) -> None:
    assert "Er zijn nog geen instellingen." in client.get(ADDRESS).text


def test_no_file_and_no_practice(client: TestClient) -> None:
    assert "Kies eerst de werkmap" in client.post(f"{ADDRESS}/upload").text
    assert client.get("/practices/nobody/settings").status_code == 404


def test_a_viewer_sees_the_history_and_no_buttons(
    client: TestClient, ledger: Ledger, sign_in: Callable[[str], None]
) -> None:
    ledger.practices.save_settings(DEMO.code, settings_document(DEMO), "test")
    sign_in("viewer")
    page = client.get(ADDRESS).text
    assert "Geschiedenis" in page
    assert "upload" not in page

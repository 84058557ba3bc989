"""How the pages about settings look in each of their states, and what axe finds in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page

from dev.demo.practices import practices, settings_document
from exact_online.acts.settings import save_settings
from exact_online.ledger import Ledger
from exact_online.ledger.settings_history import SettingsSource
from tests.browser.conftest import PICTURES
from tests.browser.test_look import violations
from tests.web.test_settings import as_delivered

DEMO = replace(practices()[0], code="instellingen")
ADDRESS = f"/practices/{DEMO.code}/settings"
LOOKS = [(1280, False), (390, False), (1280, True), (390, True)]


@pytest.fixture
def practice(ledger: Ledger) -> None:
    """A practice with versions of each kind: of a workbook, typed, and one that goes back."""
    ledger.practices.add(
        code=DEMO.code, name=DEMO.name, james_practice_code=DEMO.james_practice_code, day=DEMO.link_date
    )
    document = settings_document(DEMO)
    source = SettingsSource.of("Gegevens inrichten Noorderlicht.xlsx", b"1")
    save_settings(ledger, DEMO.code, document, "Sanne de Boer", source)
    save_settings(ledger, DEMO.code, {**document, "sales_journal": "71"}, "Ruben")
    save_settings(ledger, DEMO.code, document, "Sanne de Boer", restored_from=1)


def seen(page: Page, name: str, width: int, dark: bool) -> None:
    """A picture of the page, which axe finds nothing wrong with, and which fits its width."""
    picture = PICTURES / f"settings-{name}-{'dark' if dark else 'light'}-{width}.png"
    page.screenshot(path=picture, full_page=True)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_the_history_and_going_back(
    practice: None, open_as: Callable[..., Page], width: int, dark: bool
) -> None:
    page = open_as("beheer", ADDRESS, dark=dark, width=width)
    assert page.get_by_text("De huidige instellingen: versie").is_visible()
    seen(page, "history", width, dark)
    page.get_by_role("link", name="Naar versie 2").click()
    page.get_by_role("heading", name="Terug naar versie 2").wait_for()
    seen(page, "preview", width, dark)


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_a_workbook_with_three_faults_and_a_right_one(
    practice: None, open_as: Callable[..., Page], tmp_path: Path, width: int, dark: bool
) -> None:
    page = open_as("beheer", ADDRESS, dark=dark, width=width)
    with page.expect_download() as download:
        page.get_by_role("link", name="De lege werkmap downloaden").click()
    blank = download.value.path().read_bytes()
    file = tmp_path / "ingevuld.xlsx"
    file.write_bytes(as_delivered(blank, vat_low="", suspense_pin="1300", condition_cash=""))
    chosen = page.locator("#workbook-chosen")
    assert chosen.inner_text() == "Nog geen bestand gekozen"
    with page.expect_file_chooser() as opened:
        page.locator("#workbook").click()
    opened.value.set_files(file)
    assert chosen.inner_text() == file.name
    seen(page, "file-chosen", width, dark)
    page.get_by_role("button", name="Controleren").click()
    page.get_by_text("Er zijn 3 fouten gevonden").wait_for()
    seen(page, "faults", width, dark)
    file.write_bytes(as_delivered(blank, revenue_2_patients_zero="8999"))
    page.set_input_files("#workbook", file)
    page.get_by_role("button", name="Controleren").click()
    page.get_by_role("heading", name="Voordat u opslaat").wait_for()
    seen(page, "before-saving", width, dark)
    page.get_by_role("button", name="Opslaan", exact=True).click()
    page.get_by_text("Omzetrekening fysiotherapie, patiënten, 0 %: 8999 (was 8010).").first.wait_for()


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_the_form_with_faults(practice: None, open_as: Callable[..., Page], width: int, dark: bool) -> None:
    page = open_as("beheer", f"{ADDRESS}/form", dark=dark, width=width)
    page.get_by_label("Memoriaal").fill("70")
    page.get_by_role("button", name="Controleren").click()
    page.get_by_text("heeft dezelfde code (70) als Verkoopboek").wait_for()
    seen(page, "form", width, dark)


def test_before_there_are_settings(open_as: Callable[..., Page], ledger: Ledger) -> None:
    ledger.practices.add(code="nog_leeg", name="Nog leeg", james_practice_code="L1", day=DEMO.link_date)
    page = open_as("beheer", "/practices/nog_leeg/settings")
    assert page.get_by_text("Er zijn nog geen instellingen.").is_visible()
    seen(page, "none", 1280, False)

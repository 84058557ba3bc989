"""One practice from nothing to its first night, through every screen (M6, M9 to M13, M20, M22).

The dry run and the night run in this process, by their DAG, against the same ledger, James and
Exact as the pages; a scheduler would only add its start-up to that.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pendulum
import pytest
from playwright.sync_api import Browser, Page

from dev.demo.practices import demo_settings, practices
from exact_online.api import client
from exact_online.ledger import Ledger
from exact_online.night.context import Night
from exact_online.registry import DAG_PREFIX
from exact_online.schedule import PUBLIC_PAGES
from exact_online.tasks import nights as night_sessions
from simulator import running, world_from_seed
from simulator.world import World
from tests.airflow_database import without_deadline
from tests.browser.conftest import EXACT_CLIENT, EXACT_SECRET, Site
from tests.browser.gallery import Gallery
from tests.browser.test_activation import agree, at_exact, choose
from tests.link.scopes import grant_only
from tests.web.test_settings import as_delivered

DEMO = practices()[1]
CODE = "praktijk_de_brug"
"""Made of its name."""
HERE = f"/exact-online/practices/{CODE}"
DAGS = Path(__file__).parents[2] / "dags"
SEEN = Gallery("walk")


@pytest.fixture
def world(site: Site) -> Iterator[World]:
    """An Exact that the test can change, where the api-server looks for it."""
    world = world_from_seed(demo_settings())
    world.authority.apps.clear()
    world.register_app(EXACT_CLIENT, EXACT_SECRET, f"{site.url}/{PUBLIC_PAGES}/consent")
    grant_only(world)
    world.switches.set("plain_http_redirect", "accepted")
    world.limits.calls_per_minute = 600
    with running(world, port=site.exact_port):
        yield world


class Nights:
    """The DAG of the practice, known to Airflow, whose runs this process executes."""

    def __init__(self) -> None:
        from airflow.dag_processing.bundles.manager import DagBundlesManager
        from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db

        DagBundlesManager().sync_bundles_to_db()
        bag = DagBag(dag_folder=str(DAGS), load_op_links=False)
        sync_bag_to_db(bag, "dags-folder", None)
        self._dag = without_deadline(bag.dags[DAG_PREFIX + CODE])

    def run(self, hour: int, **choices: Any) -> str:
        """Run it; `choices` are the values of the DAG's form. Return the state it ends in."""
        moment = pendulum.now("Europe/Amsterdam").replace(hour=hour, minute=0, second=0, microsecond=0)
        run = self._dag.test(run_after=moment, logical_date=moment, run_conf=choices, use_executor=False)
        return str(run.state)


@pytest.fixture
def nights(site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], Nights]:
    """Makes the DAG known, once the practice is there."""
    for name, value in site.environment.items():
        if name.startswith("AIRFLOW_CONN_"):
            monkeypatch.setenv(name, value)
    snapshot = tmp_path / "practices.json"
    snapshot.write_text(f'[{{"code": "{CODE}", "name": "{DEMO.name}"}}]')
    monkeypatch.setenv("EXACT_ONLINE_PRACTICES", str(snapshot))
    monkeypatch.setattr(night_sessions, "Night", functools.partial(Night, settle_seconds=5.5))
    monkeypatch.setattr(client, "_pause_seconds", lambda state: 0.0)
    return Nights


def upload(page: Page, file: Path) -> None:
    page.set_input_files("#workbook", file)
    page.get_by_role("button", name="Controleren").click()


def download(page: Page) -> bytes:
    with page.expect_download() as coming:
        page.get_by_role("link", name="De lege werkmap downloaden").click()
    return coming.value.path().read_bytes()


def add_the_practice(page: Page) -> None:
    SEEN.take(page, "01-practices")
    page.get_by_role("link", name="Praktijk toevoegen").click()
    page.fill("#james_practice_code", "P9999")
    page.get_by_role("button", name="Toevoegen").click()
    page.get_by_text("James heeft geen praktijk met deze code").wait_for()
    SEEN.take(page, "02-unknown")
    page.fill("#james_practice_code", DEMO.james_practice_code)
    SEEN.take(page, "02-add", manual="praktijk-toevoegen")
    page.get_by_role("button", name="Toevoegen").click()
    page.get_by_role("heading", name=DEMO.name).wait_for()


def deliver_the_settings(page: Page, folder: Path) -> None:
    page.get_by_role("link", name="Instellingen").first.click()
    page.get_by_text("Er zijn nog geen instellingen.").wait_for()
    SEEN.take(page, "04-no-settings", manual="instellingen")
    blank, file = download(page), folder / "Gegevens inrichten.xlsx"
    file.write_bytes(as_delivered(blank, DEMO, vat_low="", suspense_pin="1300", condition_cash=""))
    upload(page, file)
    page.get_by_text("Er zijn 3 fouten gevonden").wait_for()
    SEEN.take(page, "05-faults", manual="fouten")
    file.write_bytes(as_delivered(blank, DEMO))
    upload(page, file)
    page.get_by_role("heading", name="Voordat u opslaat").wait_for()
    SEEN.take(page, "06-preview")
    page.get_by_role("button", name="Opslaan", exact=True).click()
    page.get_by_text("De huidige instellingen: versie 1").wait_for()
    SEEN.take(page, "07-settings")


def link_with_exact(page: Page) -> None:
    SEEN.take(page, "08-link", manual="authenticeren")
    agree(page)
    page.get_by_role("button", name="Toestaan").wait_for()
    at_exact(page)
    page.get_by_text("De toestemming is gegeven.").wait_for()
    SEEN.take(page, "09-division", manual="administratie-kiezen")
    choose(page, DEMO.division_name)
    SEEN.take(page, "10-linked")


def mail_a_link(page: Page) -> str:
    page.fill("#person", "A. Boekhouder")
    page.fill("#mail_address", "a.boekhouder@kantoor.example")
    SEEN.take(page, "11-mail", manual="link-mailen")
    page.get_by_role("button", name="Link mailen").click()
    return page.locator("td input[readonly]").first.input_value()


def as_the_accountant(page: Page, address: str, folder: Path) -> None:
    page.goto(address)
    SEEN.take(page, "12-by-link", manual="accountant-link")
    page.get_by_text("Opnieuw authenticeren").first.click()
    agree(page)
    at_exact(page)
    page.get_by_text("De koppeling met Exact is gemaakt.").wait_for()
    SEEN.take(page, "13-to-confirm-by-link", manual="accountant-bevestigen")
    for item in ("Btw-aangifte aan", "Aanspreektitels DHR en MEVR"):
        page.get_by_role("button", name=f"Bevestigen: {item}").click()
        page.get_by_role("button", name=f"Bevestigen: {item}").wait_for(state="detached")
    page.get_by_role("link", name="Instellingen bekijken of wijzigen").click()
    SEEN.take(page, "13-settings-by-link", manual="accountant-instellingen")
    proposed, file = download(page), folder / "van de accountant.xlsx"
    file.write_bytes(as_delivered(proposed, DEMO, vat_zero="", revenue_1_patients_zero="9999"))
    upload(page, file)
    page.get_by_text("gevonden. Er is niets opgeslagen.").wait_for()
    SEEN.take(page, "14-faults-by-link")
    file.write_bytes(as_delivered(proposed, DEMO))
    upload(page, file)
    page.get_by_role("heading", name="Voordat u opslaat").wait_for()
    SEEN.take(page, "15-same-by-link")
    page.get_by_role("link", name="Niets opslaan").click()
    other = {"revenue_1_patients_zero": "8300", "revenue_1_insurers_zero": "8310"}
    file.write_bytes(as_delivered(proposed, DEMO, **other))
    upload(page, file)
    page.get_by_label("Uw naam").fill("Sanne de Boer")
    SEEN.take(page, "16-preview-by-link", manual="voor-het-opslaan")
    page.get_by_role("button", name="Opslaan", exact=True).click()
    page.get_by_text("De instellingen zijn opgeslagen: versie 2").wait_for()
    assert page.get_by_text("Sanne de Boer (via link, naam getypt)").is_visible()
    SEEN.take(page, "17-saved-by-link")


def blocked_then_green(page: Page, world: World, site: Site) -> None:
    division = world.division(DEMO.code)
    (journal,) = [row for row in division["Journals"] if row["Code"].strip() == "70"]
    for blocked in (True, False):
        journal["IsBlocked"] = blocked
        page.goto(f"{site.url}{HERE}/requirements")
        page.get_by_role("button", name="Opnieuw controleren").click()
        page.locator("ul.requirements").first.wait_for()
        assert (page.locator("li.blocks").count() > 0) == blocked
        if blocked:
            SEEN.take(page, "18-blocked", manual="wat-ontbreekt")


def choose_the_first_day(page: Page) -> None:
    page.fill("#link_date", f"{DEMO.link_date:%d-%m-%Y}")
    page.locator("input[name=backfill][value=nothing]").check()
    page.get_by_role("button", name="Tel wat dit brengt").click()
    page.get_by_role("heading", name="Wat dit brengt").wait_for()
    SEEN.take(page, "19-first-day", manual="eerste-dag")
    page.get_by_role("button", name="Deze keuze opslaan").click()


def test_from_nothing_to_the_first_night(
    open_as: Callable[..., Page],
    chromium: Browser,
    site: Site,
    ledger: Ledger,
    world: World,
    nights: Callable[[], Nights],
    tmp_path: Path,
) -> None:
    page = open_as("beheer")
    add_the_practice(page)
    SEEN.take(page, "03-practice", manual="praktijk")
    deliver_the_settings(page, tmp_path)
    page.goto(f"{site.url}{HERE}/link")
    link_with_exact(page)
    address = mail_a_link(page)
    assert re.match(rf"{site.url}/{PUBLIC_PAGES}/activate/", address)
    visitor = chromium.new_context(locale="nl-NL", viewport={"width": 1280, "height": 900})
    as_the_accountant(visitor.new_page(), address, tmp_path)
    visitor.close()
    blocked_then_green(page, world, site)
    page.goto(f"{site.url}{HERE}/first-sync")
    choose_the_first_day(page)
    page.goto(f"{site.url}{HERE}/activate")
    SEEN.take(page, "20-green", manual="inschakelen")
    tonight = nights()
    page.get_by_role("button", name="Aanzetten").click()
    page.get_by_text("De koppeling is actief.").wait_for()
    SEEN.take(page, "21-active")
    assert tonight.run(1, dry_run=True) == "success"
    booked = "select source_key from exact_sync.booking where practice = %s"
    assert ledger.conn.execute(booked, [CODE]).fetchall() == []
    page.goto(f"{site.url}{HERE}/activate")
    page.get_by_text("alles zou worden geboekt").wait_for()
    SEEN.take(page, "22-dry-run", manual="proefrun")
    assert tonight.run(2, dry_run=False) == "success"
    page.goto(f"{site.url}/exact-online/")
    SEEN.take(page, "23-after-the-night", manual="na-de-eerste-nacht")
    assert "compleet" in page.locator("tr", has_text=DEMO.name).inner_text()
    (counted,) = ledger.conn.execute(
        "select count(*) as bookings, count(*) filter (where state = 'booked') as booked"
        " from exact_sync.booking where practice = %s",
        [CODE],
    ).fetchall()
    assert counted["bookings"] == counted["booked"] > 0
    assert len(world.division(DEMO.code)["SalesEntries"]) > 0

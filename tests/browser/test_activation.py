"""A practice is linked in a browser: by who has a login, in Airflow's frame, and by signed link."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page

from dev.demo.practices import demo_settings, practices, settings_document
from dev.local.simulator import running
from exact_online.ledger import Ledger, RunOutcome
from exact_online.schedule import PUBLIC_PAGES
from tests.browser.conftest import EXACT_CLIENT, EXACT_SECRET, PICTURES, Site
from tests.browser.test_look import violations
from tests.night_numbers import night_numbers

DEMO, _, TAKEN = practices()
HERE = f"/practices/{DEMO.code}"


@pytest.fixture
def exact(site: Site, tmp_path: Path) -> Iterator[str]:
    """The Exact that the api-server's connection names."""
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps(demo_settings()))
    options = [
        "--redirect-uri",
        f"{site.url}/{PUBLIC_PAGES}/consent",
        "--switch",
        "plain_http_redirect=accepted",
    ]
    app = {"client_id": EXACT_CLIENT, "client_secret": EXACT_SECRET}
    with running(seed, tmp_path / "exact.log", port=site.exact_port, options=options, **app) as url:
        yield url


@pytest.fixture(autouse=True)
def added(ledger: Ledger, exact: str) -> None:
    """The first practice of the demo, with its settings, not linked."""
    for known in (DEMO, TAKEN):
        ledger.practices.add(
            code=known.code,
            name=known.name,
            james_practice_code=known.james_practice_code,
            day=known.link_date,
        )
        ledger.practices.save_settings(known.code, settings_document(known), "test")
    ledger.activation.disconnect(DEMO.code)
    ledger.conn.execute("update exact_sync.practice set division = null where code = %s", [DEMO.code])


def agree(page: Page | FrameLocator) -> None:
    page.locator("input[name=agreed]").check()
    page.locator("form[target=_top] button").click()


def at_exact(page: Page) -> None:
    page.get_by_role("button", name="Toestaan").click()


def choose(page: Page | FrameLocator, name: str) -> None:
    page.locator("label", has_text=name).locator("input[type=radio]").check()
    page.get_by_role("button", name="Deze administratie koppelen").click()
    page.get_by_text("De koppeling met Exact is gemaakt.").wait_for()


@pytest.mark.parametrize("framed", [False, True], ids=["own address", "frame"])
def test_with_a_login(open_as: Callable[..., Page], framed: bool) -> None:
    """With Airflow's own cookie and the policy of the page, past the redirect to Exact and back."""
    page = open_as("beheer", f"{HERE}/link", framed=framed)
    inside = page.frame_locator("iframe") if framed else page
    agree(inside)
    at_exact(page)
    inside.get_by_text("De toestemming is gegeven.").wait_for()
    assert ("/plugin/" in page.url) == framed
    page.screenshot(path=PICTURES / f"division-{'framed' if framed else 'own'}.png", full_page=True)
    choose(inside, DEMO.division_name)
    page.screenshot(path=PICTURES / f"linked-{'framed' if framed else 'own'}.png", full_page=True)
    assert "code=" not in page.url


def test_the_states_of_a_linked_practice(open_as: Callable[..., Page], ledger: Ledger, site: Site) -> None:
    """Linked, with a dry run behind it; and with a link that is broken."""
    page = open_as("beheer", f"{HERE}/link")
    agree(page)
    at_exact(page)
    choose(page, DEMO.division_name)
    run = ledger.runs.open(DEMO.code, "dry run", DEMO.link_date, dry_run=True, settings_version=1)
    ledger.runs.save_numbers(run.run_id, night_numbers(sales_entries=3))
    ledger.runs.finish(run.run_id, RunOutcome.COMPLETE)
    _check(page, ledger, site)
    page.goto(f"{site.url}/exact-online{HERE}/activate")
    page.get_by_text("alles zou worden geboekt").wait_for()
    page.screenshot(path=PICTURES / "activate-linked.png", full_page=True)
    assert violations(page) == []
    ledger.conn.execute("update exact_sync.token_chain set state = 'reconnect_needed'")
    for name, path in {"practice": "", "link": "/link"}.items():
        page.goto(f"{site.url}/exact-online{HERE}{path}")
        page.locator("[role=alert]").wait_for()
        page.screenshot(path=PICTURES / f"{name}-broken.png", full_page=True)
        assert violations(page) == []


def _check(page: Page, ledger: Ledger, site: Site) -> None:
    """The list of requirements: red with a journal that is not there, then green."""
    right = settings_document(DEMO)
    for name, document in {"red": {**right, "sales_journal": "71"}, "green": right}.items():
        ledger.practices.save_settings(DEMO.code, document, "test")
        page.goto(f"{site.url}/exact-online{HERE}/requirements")
        page.get_by_role("button", name="Opnieuw controleren").click()
        page.locator("ul.requirements").first.wait_for()
        for item in ("vat_return", "titles"):
            button = page.locator(f"li#{item} button")
            if name == "green" and button.count():
                button.click()
                page.locator(f"li#{item}.confirmed").wait_for()
        assert (page.locator("li.blocks").count() > 0) == (name == "red")
        assert page.locator("li#vat_return.due_before").count() == (1 if name == "red" else 0)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            page.screenshot(path=PICTURES / f"requirements-{name}-{width}.png", full_page=True)
            assert violations(page) == [], name
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        page.set_viewport_size({"width": 1280, "height": 844})


def test_by_a_signed_link_without_a_login(
    open_as: Callable[..., Page], chromium: Browser, site: Site
) -> None:
    page = open_as("support", f"{HERE}/link")
    page.fill("#person", "A. Boekhouder")
    page.fill("#mail_address", "a@kantoor.example")
    page.get_by_role("button", name="Link mailen").click()
    address = page.locator("td input[readonly]").first.input_value()
    assert re.match(rf"{site.url}/{PUBLIC_PAGES}/activate/", address)
    page.screenshot(path=PICTURES / "links.png", full_page=True)
    context = chromium.new_context(locale="nl-NL", viewport={"width": 390, "height": 844})
    accountant = context.new_page()
    accountant.goto(address)
    accountant.screenshot(path=PICTURES / "activate-390.png", full_page=True)
    assert violations(accountant) == []
    agree(accountant)
    at_exact(accountant)
    accountant.locator("fieldset").wait_for()
    accountant.screenshot(path=PICTURES / "activate-division-390.png", full_page=True)
    assert violations(accountant) == []
    choose(accountant, DEMO.division_name)
    accountant.screenshot(path=PICTURES / "activate-done-390.png", full_page=True)
    other = chromium.new_context(locale="nl-NL").new_page()
    other.goto(address)
    other.get_by_role("button", name="Mail mij een nieuwe link").wait_for()
    other.screenshot(path=PICTURES / "link-used.png", full_page=True)
    assert violations(other) == []
    other.context.close()
    context.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390], ids=["screen", "phone"])
def test_how_the_pages_look(open_as: Callable[..., Page], site: Site, dark: bool, width: int) -> None:
    page = open_as("beheer", HERE, dark=dark, width=width)
    for name, path in {
        "practice": "",
        "link": "/link",
        "first-sync": "/first-sync",
        "activate": "/activate",
        "disconnect": "/disconnect?sure=true",
    }.items():
        page.goto(f"{site.url}/exact-online{HERE}{path}")
        page.locator("html[data-ready]").wait_for(state="attached")
        theme = "dark" if dark else "light"
        page.screenshot(path=PICTURES / f"{name}-{theme}-{width}.png", full_page=True)
        assert violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    page.goto(f"{site.url}/{PUBLIC_PAGES}/stop?Country=NL&Language=NL&UserId=1")
    page.screenshot(path=PICTURES / f"stop-{'dark' if dark else 'light'}-{width}.png", full_page=True)
    assert violations(page) == []

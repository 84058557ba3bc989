"""How the pages of the morning look in their states, and the way from red to the cause."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from exact_online.ledger import Ledger
from tests.browser.conftest import PICTURES
from tests.browser.test_look import violations
from tests.web.mornings import OPEN, RED, a_good_practice, a_practice_with_open_items, a_red_practice

LOOKS = [(1280, False), (390, False), (1280, True), (390, True)]
PAGES = {
    "fleet": "/",
    "red": f"/practices/{RED}",
    "open": f"/practices/{OPEN}",
    "nights": f"/practices/{OPEN}/nights",
    "bookings": f"/practices/{OPEN}/bookings",
    "nothing-found": f"/practices/{OPEN}/bookings?q=nothing",
    "workbooks": f"/practices/{OPEN}/workbooks",
    "log": f"/practices/{OPEN}/log",
    "reasons": "/reasons",
    "reason": "/reasons/entry_number_in_use",
}


@pytest.fixture
def morning(ledger: Ledger) -> None:
    if ledger.practices.find(OPEN) is None:
        a_good_practice(ledger)
        a_red_practice(ledger)
        a_practice_with_open_items(ledger)


def seen(page: Page, name: str, width: int, dark: bool) -> None:
    page.screenshot(
        path=PICTURES / f"morning-{name}-{'dark' if dark else 'light'}-{width}.png", full_page=True
    )
    assert violations(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_every_page_of_the_morning(
    morning: None, open_as: Callable[..., Page], width: int, dark: bool
) -> None:
    page = open_as("support", "/?q=praktijk", dark=dark, width=width)
    base = page.url.split("?")[0].rstrip("/")
    for name, path in PAGES.items():
        page.goto(base + path)
        page.locator("html[data-ready]").wait_for(state="attached")
        seen(page, name, width, dark)
    page.goto(base + PAGES["bookings"] + "?q=11")
    page.get_by_role("link", name="factuur:11").click()
    page.get_by_role("heading", name="factuur:11").wait_for()
    seen(page, "booking", width, dark)
    page.get_by_role("link", name="Wie is dit?").click()
    page.get_by_role("heading", name="Debiteur 1001").wait_for()
    seen(page, "debtor", width, dark)


def test_from_the_list_to_the_cause_with_the_keyboard(morning: None, open_as: Callable[..., Page]) -> None:
    """Two times Enter, from the practice in the list to the records that wait for one account."""
    page = open_as("viewer", f"/?q={OPEN}")
    page.get_by_role("link", name=f"Praktijk {OPEN}").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Rekening '8310' (omzet) is in Exact geblokkeerd.").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="factuur:14").wait_for()
    assert page.get_by_role("link", name="factuur:11").count() == 0

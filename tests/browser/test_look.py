"""How the pages look: in both themes, on a phone, in Airflow's frame; and what axe finds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from exact_online.ledger import Ledger
from tests.browser.chromium import AXE
from tests.browser.conftest import PICTURES
from tests.ledger_cases import register

RULES = "['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']"
RUN_AXE = f"""axe.run(document, {{iframes: false, runOnly: {RULES}}})
    .then(result => result.violations.map(found => found.id + ': ' + found.nodes[0].html))"""


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with a page; the debugger loads it, past the page's policy."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RUN_AXE)
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320], ids=["screen", "phone", "zoomed"])
def test_the_list_of_practices(open_as: Callable[..., Page], ledger: Ledger, dark: bool, width: int) -> None:
    for number, code in enumerate(("noorderlicht", "zuid", "een_hele_lange_code_van_een_praktijk_xx")):
        register(ledger, code, 100 + number)
    page = open_as("viewer", dark=dark, width=width)
    page.screenshot(path=PICTURES / f"practices-{'dark' if dark else 'light'}-{width}.png", full_page=True)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_frame_follows_the_theme_and_language_of_airflow(
    open_as: Callable[..., Page], ledger: Ledger, theme: str
) -> None:
    page = open_as("support", framed=True, dark=theme == "dark", language="en-GB")
    frame = page.frame_locator("iframe")
    assert frame.locator("html").get_attribute("data-theme") == theme
    assert frame.locator("h1").inner_text() == "Practices"
    page.screenshot(path=PICTURES / f"framed-{theme}.png")
    page.evaluate("localStorage.setItem('i18nextLng', 'nl')")
    page.reload()
    frame.locator("html[data-ready][lang=nl]").wait_for(state="attached")
    assert frame.locator("h1").inner_text() == "Praktijken"

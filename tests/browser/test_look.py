"""How the pages look: in both themes, on a phone, in Airflow's frame; and what axe finds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from exact_online.ledger import Ledger
from exact_online.schedule import PAGES
from tests.browser.chromium import AXE
from tests.browser.conftest import PICTURES
from tests.ledger_cases import open_run, register
from tests.web.mornings import OPEN, a_good_practice, a_practice_with_open_items, a_red_practice

RULES = "['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']"
RUN_AXE = f"""axe.run(document, {{iframes: false, runOnly: {RULES}}})
    .then(result => result.violations.map(found => found.id + ': ' + found.nodes[0].html))"""

CELLS = """Array.from(document.querySelectorAll("table.cards tbody tr"), row => {
    const columns = cells => cells.filter(cell => cell.getClientRects().length)
        .reduce((sum, cell) => sum + cell.colSpan, 0)
    const head = row.closest("table").tHead.rows[0]
    return {words: row.innerText, head: columns([...head.cells]), seen: columns([...row.cells])}
})"""


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


def test_each_row_has_a_cell_in_every_column(open_as: Callable[..., Page], ledger: Ledger) -> None:
    """Also where a cell is empty: a night that has no figures, an open item without euros."""
    a_good_practice(ledger)
    a_red_practice(ledger)  # its last night failed before it had figures
    a_practice_with_open_items(ledger)
    register(ledger, "zonder_nacht")
    open_run(ledger, "zonder_nacht", "still_running")
    register(ledger, "nooit")
    page = open_as("viewer")
    for path in ("/", "/open-items", *(f"/practices/{OPEN}{tab}" for tab in ("", "/nights", "/bookings"))):
        page.goto(f"/{PAGES}{path}")
        rows = page.evaluate(CELLS)
        assert rows, path
        assert [row for row in rows if row["seen"] != row["head"]] == [], path

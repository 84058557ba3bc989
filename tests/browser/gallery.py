"""Pictures of a page: in both themes and at both widths to look at, and one for the manual."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from dev.local.places import ROOT
from tests.browser.conftest import PICTURES
from tests.browser.test_look import violations

MANUAL = ROOT / "docs" / "pictures"
FOR_MANUAL = "EXACT_ONLINE_MANUAL"
"""The environment variable by which `make pictures` has the pictures of the manual made."""
MANUAL_SIZE = {"width": 860, "height": 480}
SIZES = ({"width": 1280, "height": 900}, {"width": 390, "height": 844})


@dataclass(frozen=True)
class Gallery:
    """Where the pictures of one walk go."""

    walk: str
    folder: Path = PICTURES

    def take(self, page: Page, name: str, manual: str | None = None) -> None:
        """Take all pictures of a page, which axe finds nothing wrong with and which fits its width.

        `manual` is its name in docs/pictures, for a page that the manual shows.
        """
        page.locator("html[data-ready]").wait_for(state="attached")
        before = page.viewport_size
        for theme in ("dark", "light"):
            page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
            for size in SIZES:
                page.set_viewport_size(size)  # type: ignore[arg-type]
                path = self.folder / f"{self.walk}-{name}-{theme}-{size['width']}.png"
                page.screenshot(path=path, full_page=True)
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
            found = violations(page)
            assert found == [], f"{name}, {theme}: {found}"
        if manual and FOR_MANUAL in os.environ:
            page.set_viewport_size(MANUAL_SIZE)  # type: ignore[arg-type]
            page.screenshot(path=MANUAL / f"{manual}.png", full_page=True)
        if before:
            page.set_viewport_size(before)

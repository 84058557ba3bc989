"""Relations of previous software in a browser: ticked, decided, and done."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from exact_online.ledger import Ledger
from exact_online.vocabulary import MatchKind
from tests.browser.gallery import Gallery
from tests.ledger_cases import register
from tests.near_matches import stand_alike

CODE = "eerdere_software"
SEEN = Gallery("alike")


def test_ticked_decided_done(open_as: Callable[..., Page], ledger: Ledger) -> None:
    register(ledger, CODE, 951)
    kinds = list(MatchKind)
    twice = [("3001", "9001", kinds[2]), ("3001", "9002", kinds[2])]
    alike = [(str(1000 + each), str(5000 + each), kinds[each % 4]) for each in range(60)]
    stand_alike(ledger, CODE, [*alike, *twice])
    page = open_as("support", f"/practices/{CODE}/alike")
    page.get_by_text("Pagina 1 van 2").wait_for()
    SEEN.take(page, "01-many")
    page.get_by_role("button", name="Dit is dezelfde").click()
    page.get_by_text("Vink er minstens een aan.").wait_for()
    SEEN.take(page, "02-nothing-ticked")
    page.get_by_label("Debiteur 1000 en relatie 5000").check()
    page.get_by_label("Waarom").fill("nagelopen met de praktijk")
    page.get_by_role("button", name="Dit is dezelfde").click()
    page.get_by_text("Van 1 debiteur is dit bewaard.").wait_for()
    for kind in range(4):
        page.locator(f"input[value={kinds[kind]}]").check()
        page.get_by_label("Waarom").fill("nagelopen met de praktijk")
        page.get_by_role("button", name="Dit is een ander").click()
        page.get_by_text("is dit bewaard.").wait_for()
    page.get_by_text("Er is geen relatie in Exact").wait_for()
    SEEN.take(page, "03-done")
    assert ledger.matches.open(CODE) == []

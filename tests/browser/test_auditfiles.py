"""An auditfile is chosen, compared and read in a browser before a real api-server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from exact_online.ledger import Ledger
from tests.auditfile.test_reading import HEADER, document
from tests.browser.gallery import Gallery
from tests.ledger_cases import book, entry, open_run, plan, register

CODE = "auditfile_noord"
ALL_YEARS = HEADER.replace("2026-01-01", "2000-01-01").replace("2026-12-31", "2199-12-31")
ALL_YEARS = ALL_YEARS.replace("2027-01-05", "2199-12-31")


def test_a_file_is_chosen_compared_and_read(
    open_as: Callable[..., Page], ledger: Ledger, tmp_path: Path
) -> None:
    """Two invoices of the ledger are missing in a file that has an entry of others."""
    if ledger.practices.find(CODE) is None:
        register(ledger, CODE, 810)
        run = open_run(ledger, CODE)
        plan(ledger, run, [entry(77), entry(78)])
        for number in (77, 78):
            book(ledger, run, number)
        ledger.mirrors.save_lists(CODE, {"gl_accounts": []})
    file, wrong = tmp_path / "export.xaf", tmp_path / "foto.xaf"
    file.write_text(document(header=ALL_YEARS), encoding="utf-8")
    wrong.write_text("<html/>", encoding="utf-8")
    page, gallery = open_as("support", f"/practices/{CODE}/auditfile"), Gallery("auditfile")
    gallery.take(page, "choose")
    page.get_by_label("Kies een bestand").set_input_files(wrong)
    page.get_by_text("foto.xaf").wait_for()
    page.get_by_role("button", name="Vergelijken").click()
    page.get_by_text("Dit is geen auditfile van versie 3.2 of 4.0.").wait_for()
    page.get_by_label("Kies een bestand").set_input_files(file)
    page.get_by_role("button", name="Vergelijken").click()
    page.get_by_text("Geen enkele boeking van de koppeling staat in dit bestand").wait_for()
    assert page.get_by_text("en staat niet in het bestand van Exact.").count() == 2
    gallery.take(page, "compared")
    with page.expect_download() as download:
        page.get_by_role("link", name="Downloaden als werkboek").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    page.get_by_role("link", name="Auditfile", exact=True).click()
    page.get_by_role("heading", name="Vergelijkingen").wait_for()
    gallery.take(page, "earlier")

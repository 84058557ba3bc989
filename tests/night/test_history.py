"""Invoices from before the link date: nothing, import, or a workbook.

Never two of them (M20, C5, C8).
"""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest

from exact_online.failures import NotReady
from exact_online.night import history
from exact_online.night import steps as night
from exact_online.report.forms import forms
from tests.stage import BOOK_DAY, Stage


def _exports(stage: Stage, practice: str) -> dict[str, openpyxl.Workbook]:
    """Name of each workbook with entries -> the workbook."""
    with stage.ledger() as ledger:
        return {
            export.file_name: openpyxl.load_workbook(io.BytesIO(export.content or b""))
            for export in ledger.exports.files(practice)
        }


def _of_kind(stage: Stage, kind: str) -> list[openpyxl.Workbook]:
    return [book for name, book in _exports(stage, "loopwinkel").items() if name.split("_")[1] == kind]


def _states_before_link(stage: Stage, practice: str) -> set[str]:
    with stage.ledger() as ledger:
        rows = ledger.conn.execute(
            "select distinct state from current_booking as b inner join practice as p on b.practice = p.code"
            " where b.practice = %s and b.kind <> 'debtor' and b.entry_date < p.link_date",
            [practice],
        )
        return {row["state"] for row in rows}


def test_history_is_imported_once_and_never_also_exported(stage: Stage) -> None:
    """C5, M20."""
    first = stage.run("noorderlicht", backfill="import")
    assert _states_before_link(stage, "noorderlicht") == {"booked"}
    then = stage.run("noorderlicht", backfill="excel")
    assert _exports(stage, "noorderlicht") == {}
    assert then.numbers.exact_cents == first.numbers.exact_cents


def test_history_is_handed_over_once_and_never_also_imported(stage: Stage) -> None:
    """C5, M20."""
    stage.run("loopwinkel", backfill="excel")
    handed_over = _exports(stage, "loopwinkel")
    then = stage.run("loopwinkel", backfill="import")
    assert _states_before_link(stage, "loopwinkel") == {"exported"}
    assert then.numbers.difference_cents == 0
    assert set(_exports(stage, "loopwinkel")) == set(handed_over)


def test_nothing_is_nothing(stage: Stage) -> None:
    stage.run("noorderlicht", backfill="nothing")
    assert _states_before_link(stage, "noorderlicht") == set()


def test_a_workbook_has_exacts_own_columns_and_adds_up_to_james(stage: Stage) -> None:
    outcome = stage.run("loopwinkel")
    for word, kind in (("verkoopboek", "sales_entry"), ("memoriaal", "general_journal_entry")):
        for book in _of_kind(stage, word):
            assert book.sheetnames == ["Gegevens"]
            assert tuple(cell.value for cell in book["Gegevens"][1]) == forms()[kind].names
    with stage.ledger() as ledger:
        (set_id,) = {file.set_id for file in ledger.exports.files("loopwinkel")}
        *others, control = sorted(
            ledger.exports.file_set("loopwinkel", set_id), key=lambda file: file.kind == "control"
        )
    assert (control.kind, {file.kind for file in others}) == (
        "control", {"relations", "sales_entry", "general_journal_entry"}
    )  # fmt: skip
    cover = dict(openpyxl.load_workbook(io.BytesIO(control.content or b""))["Lees mij"].iter_rows(
        max_col=2, values_only=True
    ))  # fmt: skip
    assert round(cover["Totaal inclusief btw"] * 100) == outcome.numbers.exported_cents
    assert cover["Aantal boekingen"] == outcome.numbers.exported


def test_a_file_is_for_one_journal_and_month(stage: Stage) -> None:
    stage.run("loopwinkel")
    places = set()
    for name, book in _exports(stage, "loopwinkel").items():
        days = [cell.value for cell in book["Gegevens"]["F" if "verkoopboek" in name else "G"][1:]]
        journals = {cell.value for cell in book["Gegevens"]["A"][1:]}
        (place,) = {(journal, day[3:]) for journal in journals for day in days}
        assert f"_{place[0]}_{place[1][3:]}{place[1][:2]}_" in name
        assert place not in places
        places.add(place)
    assert len(places) > 2


def test_a_general_journal_workbook_balances_per_entry(stage: Stage) -> None:
    """An amount is net under an excluding code, so the VAT is added."""
    stage.run("loopwinkel")
    sheets = [book["Gegevens"] for book in _of_kind(stage, "memoriaal")]
    excluding = {"E": 1, "I": 0}
    kinds = {row["Code"].strip(): row["Type"] for row in stage.world.division("loopwinkel")["VATCodes"]}
    sums: dict[str, float] = {}
    for values in (row for sheet in sheets for row in sheet.iter_rows(min_row=2, values_only=True)):
        row = dict(zip(forms()["general_journal_entry"].names, values, strict=True))
        vat = (row["BTW-bedrag"] or 0) * excluding.get(kinds.get(row["BTW-code"] or "", "I"), 0)
        sums[row["Boekstuknummer"]] = sums.get(row["Boekstuknummer"], 0) + row["Bedrag"] + vat
    assert sums
    assert {round(total, 2) for total in sums.values()} == {0.0}


def test_codes_and_days_are_text_and_nothing_is_a_formula(stage: Stage) -> None:
    """FR-I1: a cell that begins with = stays text."""
    stage.run("loopwinkel")
    sheet = _of_kind(stage, "verkoopboek")[0]["Gegevens"]
    kinds = {
        column: {row[place].data_type for row in sheet.iter_rows(min_row=2)}
        for place, column in enumerate(forms()["sales_entry"].names)
    }
    assert kinds["Code"] == kinds["Boekstuknummer"] == kinds["Factuurdatum"] == kinds["BTW-code"] == {"s"}
    assert kinds["Bedrag"] == {"n"}
    assert "f" not in set().union(*kinds.values())


def test_history_may_begin_at_a_day_of_ones_own_choice(stage: Stage) -> None:
    """C8."""
    with stage.ledger() as ledger:
        tonight = stage.night_of(ledger, night.open_run(ledger, "noorderlicht", "night", BOOK_DAY))
        chosen = history.choose(tonight, "import", "2026-01-01")
        assert history.history_days(chosen) == (dt.date(2026, 1, 1), tonight.practice.link_date)
        assert history.scope_of(chosen) == (dt.date(2026, 1, 1), BOOK_DAY)
        with pytest.raises(NotReady, match="gekoppeld sinds 01-10-2026"):
            history.choose(tonight, "import", "2026-10-02")

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
from exact_online.report.workbook import GENERAL_COLUMNS, SALES_COLUMNS
from tests.stage import BOOK_DAY, Stage


def _exports(stage: Stage, practice: str) -> dict[str, openpyxl.Workbook]:
    with stage.ledger() as ledger:
        return {
            export.file_name.split("_")[1]: openpyxl.load_workbook(io.BytesIO(export.content or b""))
            for export in ledger.exports.files(practice)
        }


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
    workbooks = _exports(stage, "loopwinkel")
    assert tuple(cell.value for cell in workbooks["verkoopboek"]["Gegevens"][1]) == SALES_COLUMNS
    assert tuple(cell.value for cell in workbooks["memoriaal"]["Gegevens"][1]) == GENERAL_COLUMNS
    control = [dict(book["Controletotalen"].iter_rows(values_only=True)) for book in workbooks.values()]
    assert (
        round(sum(sheet["Totaal inclusief btw"] for sheet in control) * 100) == outcome.numbers.exported_cents
    )
    assert sum(sheet["Aantal boekingen"] for sheet in control) == outcome.numbers.exported


def test_a_general_journal_workbook_balances_per_entry(stage: Stage) -> None:
    """An amount is net under an excluding code, so the VAT is added."""
    stage.run("loopwinkel")
    sheet = _exports(stage, "loopwinkel")["memoriaal"]["Gegevens"]
    excluding = {"E": 1, "I": 0}
    kinds = {row["Code"].strip(): row["Type"] for row in stage.world.division("loopwinkel")["VATCodes"]}
    sums: dict[str, float] = {}
    for values in sheet.iter_rows(min_row=2, values_only=True):
        row = dict(zip(GENERAL_COLUMNS, values, strict=True))
        vat = (row["BTW-bedrag"] or 0) * excluding.get(kinds.get(row["BTW-code"] or "", "I"), 0)
        sums[row["Boekstuknummer"]] = sums.get(row["Boekstuknummer"], 0) + row["Bedrag"] + vat
    assert sums
    assert {round(total, 2) for total in sums.values()} == {0.0}


def test_codes_and_days_are_text_and_nothing_is_a_formula(stage: Stage) -> None:
    """FR-I1: a cell that begins with = stays text."""
    stage.run("loopwinkel")
    sheet = _exports(stage, "loopwinkel")["verkoopboek"]["Gegevens"]
    kinds = {
        column: {row[place].data_type for row in sheet.iter_rows(min_row=2)}
        for place, column in enumerate(SALES_COLUMNS)
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
        with pytest.raises(NotReady, match="linked since 2026-10-01"):
            history.choose(tonight, "import", "2026-10-02")

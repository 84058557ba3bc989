"""The proposal is right where a chart says enough, and says why."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from exact_online.intake import blank_workbook, fill_in, form_of, propose, read_workbook
from tests.intake.charts import Invented, invented

SEEDS = range(20)


def wrong_cells(of: Invented) -> dict[str, list[str]]:
    """Profession -> the cells of which another account was proposed."""
    form = form_of("p", "P", of.professions)
    proposed = propose(form, of.chart)
    wrong: dict[str, list[str]] = {profession.code: [] for profession in of.professions}
    for field in form.fields:
        if field.cell is None:
            continue
        got, meant = proposed.get(field.name), of.meant[field.cell]
        if got is None or got.code != meant:
            wrong[field.cell[0]].append(f"{field.label}: {got}, meant {meant} {of.chart.names[meant]}")
    return wrong


@pytest.mark.parametrize("seed", SEEDS)
def test_at_least_eleven_of_the_twelve_accounts_of_each_profession_are_right(seed: int) -> None:
    for profession, wrong in wrong_cells(invented(seed)).items():
        assert len(wrong) <= 1, f"{profession}: {wrong}"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_other_fields_are_right_and_pass_the_checks_of_a_night(seed: int) -> None:
    of = invented(seed)
    form = form_of("p", "P", of.professions)
    proposed = propose(form, of.chart)
    codes = {name: got.code for name, got in proposed.items() if not name.startswith("revenue")}
    assert codes == {
        "sales_journal": "70", "general_journal": "95", "receivables_account": "1300", "suspense_pin": "1101",
        "suspense_cash": "1102", "vat_zero": "0", "vat_low": "1", "vat_high": "2", "condition_days_14": "14",
        "condition_days_21": "21", "condition_days_30": "30", "condition_days_60": "60",
        "condition_pin": "PI", "condition_cash": "CO", "condition_direct_debit": "AI",
    }  # fmt: skip
    _, faults = fill_in(form, {name: got.code for name, got in proposed.items()}, of.chart.lists)
    assert faults == []


def test_a_proposal_is_the_same_every_time_and_says_why() -> None:
    of = invented(3)
    form = form_of("p", "P", of.professions)
    assert propose(form, of.chart) == propose(form, of.chart)
    reasons = [got.reason for name, got in propose(form, of.chart).items() if name.startswith("revenue")]
    assert any("RGS-rubriek is WOmz" in reason for reason in reasons)
    assert any("in 2025 is er" in reason for reason in reasons)
    assert any("de naam noemt" in reason for reason in reasons)


def test_the_workbook_comes_with_the_proposal_and_is_right_as_it_is() -> None:
    of = invented(5)
    form = form_of("p", "P", of.professions)
    content = blank_workbook(form, propose(form, of.chart))
    got, faults = read_workbook(form, content, of.chart.lists)
    assert faults == []
    assert got is not None
    book = load_workbook(io.BytesIO(content))
    assert book["Omzetrekeningen"]["E4"].value == "Waarom dit voorstel"
    assert "voorstel" in str(book["Uitleg"]["A4"].value)


def test_a_chart_that_says_nothing_gets_no_proposal_for_what_it_lacks() -> None:
    of = invented(1)
    lists = of.chart.lists
    for code in list(lists.journals):
        del lists.journals[code]  # type: ignore[attr-defined]
    found = propose(form_of("p", "P", of.professions), of.chart)
    assert "sales_journal" not in found
    assert found["receivables_account"].code == "1300"

"""Handed over, imported by a bookkeeper, unedited: the same books as by the API (C5, M20)."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from typing import Any

import openpyxl
import pytest

from exact_online.ledger import ExportFile
from simulator import excel_import
from simulator.accounting.money import cents
from simulator.division import Division
from tests.link.fixtures import link, small_place
from tests.link.small import Place, SmallLink

__all__ = ["link", "small_place"]

TOPICS = {
    "relations": excel_import.RELATIONS,
    "sales_entry": excel_import.SALES,
    "general_journal_entry": excel_import.GENERAL,
}
FIRST = "2026-01-01"
CONDITIONS = ("14D", "PIN", "14D", "CONTANT")


def fill(link: SmallLink) -> None:
    """History of two financial years: several groups and rates, PIN and cash, credits, claims."""
    for debtor, kind in (("1001", "Patiënt"), ("1002", "Verzekeraar"), ("0042", "Patiënt")):
        link.james.debtor(debtor, kind=kind)
    number = 2600000
    for month in (1, 2, 6, 9):
        for day in range(1, 13):
            number += 1
            debtor = ("1001", "0042")[day % 2]
            lines: list[tuple[int, int, str]] = [(1000 + 7 * day, 0, "tariff")]
            if day % 3 == 0:
                lines += [(2999 + day, 21, "article"), (1001, 9, "article")]
            if day == 7:
                lines = [(-1210, 21, "article")]
            condition = CONDITIONS[day % 4]
            link.james.invoice(number, debtor, *lines, day=dt.date(2026, month, day), condition=condition)
    link.james.invoice(2610001, "1002", (5000, 0, "tariff"), day=dt.date(2026, 9, 20), claim="D-1")


def balance(division: Division) -> dict[tuple[Any, ...], int]:
    """Year, period, journal and account -> cents, as Exact has them."""
    found: Counter[tuple[Any, ...]] = Counter()
    for line in division["TransactionLines"]:
        account = division["GLAccounts"].rows[line["GLAccount"]]["Code"].strip()
        found[line["FinancialYear"], line["FinancialPeriod"], line["JournalCode"].strip(), account] += cents(
            line["AmountDC"]
        )
    return {key: amount for key, amount in found.items() if amount}


def vat_return(division: Division) -> dict[tuple[Any, ...], int]:
    """Period, VAT code and account -> cents of the lines that carry the code."""
    found: Counter[tuple[Any, ...]] = Counter()
    for line in division["TransactionLines"]:
        if line.get("VATCode"):
            found[line["FinancialPeriod"], line["VATCode"].strip(), line["GLAccount"]] += cents(
                line["AmountDC"]
            )
    return {key: amount for key, amount in found.items() if amount}


def the_set(link: SmallLink) -> list[ExportFile]:
    (set_id,) = {file.set_id for file in link.ledger.exports.files(link.practice.code)}
    return link.ledger.exports.file_set(link.practice.code, set_id)


def import_all(link: SmallLink, **options: bool) -> list[str]:
    """What a bookkeeper does with the set; returns what Exact rejected."""
    names = [row[2] for row in sheet(link, "Bestanden")]
    files = {file.file_name: file for file in the_set(link)}
    rejected = []
    for name in names:
        file = files[name]
        done = excel_import.load(
            link.division,
            file.content or b"",
            TOPICS[file.kind],
            link.world.user.id,
            excel_import.Options(**options),
        )
        assert len(done.entries) + len(done.rejected) >= file.invoices
        rejected += done.rejected.values()
    return rejected


def sheet(link: SmallLink, name: str) -> list[tuple[Any, ...]]:
    """The rows of a sheet of the control workbook, without its head."""
    (control,) = [file for file in the_set(link) if file.kind == "control"]
    book = openpyxl.load_workbook(io.BytesIO(control.content or b""))
    return list(book[name].iter_rows(min_row=2, values_only=True))


@pytest.fixture
def by_api(small_place: Place) -> tuple[dict[tuple[Any, ...], int], int]:
    """The books of the same history, imported through the API, and how many entries they have."""
    link = SmallLink(small_place)
    fill(link)
    outcome = link.night(backfill="import", history_from=FIRST)
    assert outcome.items == []
    count = len(list(link.division["SalesEntries"])) + len(list(link.division["GeneralJournalEntries"]))
    books = balance(link.division)
    link.die()
    return books, count


@pytest.mark.parametrize("shape", [{}, {"workbook_no_captions": True, "workbook_entry_heads": True}])
def test_the_same_trial_balance_as_by_the_api(
    by_api: tuple[dict[tuple[Any, ...], int], int], small_place: Place, shape: dict[str, bool]
) -> None:
    books, count = by_api
    link = SmallLink(small_place)
    link.setting(**shape)
    fill(link)
    outcome = link.night(backfill="excel", history_from=FIRST)
    assert outcome.items == []
    assert link.writes("salesentry/SalesEntries") == 0
    options = {"captions": not shape, "entry_heads": bool(shape)}
    assert import_all(link, **options) == []
    assert balance(link.division) == books
    assert (
        len(list(link.division["SalesEntries"])) + len(list(link.division["GeneralJournalEntries"])) == count
    )
    assert link.night(backfill="nothing").numbers.difference_cents == 0


def test_the_control_workbook_ticks_off_against_the_trial_balance(link: SmallLink) -> None:
    """Per account, VAT code and period, with Exact's own debtor and VAT lines; and it adds up."""
    fill(link)
    link.night(backfill="excel", history_from=FIRST)
    assert import_all(link) == []
    rows = sheet(link, "Grootboek")
    told = {
        (year, period, journal, account): round(100 * amount)
        for year, period, journal, account, _, _, amount in rows
        if isinstance(year, int)
    }
    assert {key: amount for key, amount in told.items() if amount} == balance(link.division)
    total = rows[-1]
    assert total[0] == "Totaal"
    assert (round(100 * total[4]), total[6]) == (round(100 * total[5]), 0)
    vat = {row[2]: 0 for row in sheet(link, "Btw-codes")[:-1]}
    for row in sheet(link, "Btw-codes")[:-1]:
        vat[row[2]] += round(100 * row[4])
    in_exact: Counter[str] = Counter()
    for (_, code, account), amount in vat_return(link.division).items():
        if link.division["GLAccounts"].rows[account]["Type"] == 24:
            in_exact[code] -= amount
    assert {code: amount for code, amount in vat.items() if amount} == dict(in_exact)
    numbers = sum(row[4] for row in sheet(link, "Boekstuknummers"))
    assert numbers == 49


def test_a_file_that_is_imported_twice_is_rejected_by_number(link: SmallLink) -> None:
    fill(link)
    link.night(backfill="excel", history_from=FIRST)
    assert import_all(link) == []
    books = balance(link.division)
    assert len(import_all(link)) == 49
    assert balance(link.division) == books


def spoiled(content: bytes, cell: str, value: Any) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    book["Gegevens"][cell] = value
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [
        ("B1", "Jaar", "Kolom 2 van Verkoopboekingen moet 'Boekjaar' zijn"),
        ("A2", 70, "Cel A2 .* is geen tekst"),
        ("T2", "12,10", "Cel T2 .* is geen getal"),
        ("T2", "=1+1", "Cel T2 .* is een formule"),
        ("F2", "2026-01-01", "Cel F2 .* is geen datum"),
        ("AE1", "Extra", "heeft 30 kolommen"),
    ],
)
def test_the_importer_reads_nothing_but_the_form(link: SmallLink, cell: str, value: Any, words: str) -> None:
    """Else the tests above prove nothing."""
    fill(link)
    link.night(backfill="excel", history_from=FIRST)
    file = next(file for file in the_set(link) if file.kind == "sales_entry")
    bad = spoiled(file.content or b"", cell, value)
    with pytest.raises(excel_import.BadFile, match=words):
        excel_import.load(link.division, bad, excel_import.SALES, None)
    assert balance(link.division) == {}


def test_the_importer_rejects_what_exact_does_not_know(link: SmallLink) -> None:
    fill(link)
    link.night(backfill="excel", history_from=FIRST)
    file = next(file for file in the_set(link) if file.kind == "sales_entry")
    for cell, value, words in (("P2", "9999", "Grootboekrekening"), ("N2", "777", "Klant")):
        bad = spoiled(file.content or b"", cell, value)
        done = excel_import.load(link.division, bad, excel_import.SALES, None)
        assert [words in said for said in done.rejected.values()].count(True) == 1

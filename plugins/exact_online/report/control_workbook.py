"""The control workbook of a range of days: what an accountant ticks off against Exact (B4).

Dutch, landscape, one sheet a question. It has amounts, codes and numbers, and nothing of a person.
"""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from exact_online.dutch import dutch_day, dutch_moment
from exact_online.ledger import Practice
from exact_online.ledger.reconciled import LatestComparison, PeriodTotal, Reconciled, SuspenseLeft
from exact_online.report.months import Days, Month, months_of, series_with_gaps
from exact_online.report.sheets import euros, fill_sheet
from exact_online.report.words import CAUSE_WORDS, STATE_WORDS
from exact_online.transform.words import GROUP_WORDS, RATE_WORDS
from exact_online.vocabulary import RevenueGroup, VatRate

WHAT_DIFFERS = (
    "James min Exact, min wat is overgedragen, open is en gesloten is; met een minteken heeft James minder"
)
"""The one definition of a difference, as the pages have it."""
NO_INVOICE = "geen factuur van deze dagen in James"


def control_workbook(read: Reconciled, practice: Practice, latest: LatestComparison, days: Days) -> bytes:
    """Return the workbook of `days` (first, day after the last) as an .xlsx file."""
    code = practice.code
    months = months_of(latest, read.cells(code, days), read.exact(code, days), read.causes(code, days))
    within = [month for month in months if month.first_day is None or days[0] <= month.first_day < days[1]]
    months = sorted(within, key=lambda month: month.first_day or dt.date.max)
    book = Workbook()
    cover = book.active
    assert isinstance(cover, Worksheet)
    _cover(cover, practice, latest, days)
    _months(book.create_sheet("Maanden"), months)
    _cells(book.create_sheet("Omzetgroepen"), months)
    _accounts(book.create_sheet("Grootboek"), read.accounts(code, days))
    periods = read.periods(code, days)
    _periods(book.create_sheet("Perioden"), periods)
    _vat(book.create_sheet("Btw-codes"), periods)
    _series(book.create_sheet("Boekstuknummers"), read.series(code, days))
    _suspense(book.create_sheet("Tussenrekeningen"), latest, days)
    _suspense_left(book.create_sheet("Niet op nul"), read.suspense_left(code, days))
    _causes(book.create_sheet("Verschillen"), months)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _cover(sheet: Worksheet, practice: Practice, latest: LatestComparison, days: Days) -> None:
    sheet.title = "Controle"
    fill_sheet(
        sheet,
        ("Controle van de koppeling James - Exact Online", ""),
        [
            ("Praktijk", practice.name),
            ("Administratie in Exact", practice.division_name or ""),
            ("Eerste dag", dutch_day(days[0])),
            ("Laatste dag", dutch_day(days[1] - dt.timedelta(days=1))),
            ("Vergeleken in de nacht van", dutch_day(latest.book_day)),
            ("Gereed", dutch_moment(latest.finished_at) if latest.finished_at else ""),
            ("", ""),
            ("Maanden", "James, geboekt en Exact per maand, wat open en gesloten is, en het verschil"),
            ("Omzetgroepen", "James, geboekt en overgedragen per maand, omzetgroep en btw-tarief"),
            ("Grootboek", "Geboekt naast de regels van Exact, per dagboek en rekening, zonder btw"),
            ("Perioden", "Geboekt per boekjaar, periode, dagboek, rekening en btw-code"),
            ("Btw-codes", "Geboekt per periode en btw-code: grondslag en btw"),
            ("Boekstuknummers", "Eerste tot en met laatste nummer, met wat ertussen ontbreekt en waarom"),
            ("Tussenrekeningen", "Wat PIN en contant per dag op de tussenrekeningen hebben gezet"),
            (
                "Niet op nul",
                "Wat een tussenrekening van nul afhoudt: betaald en niet (zo) geboekt, met de oorzaak",
            ),
            ("Verschillen", "Wat James en Exact anders hebben, per oorzaak"),
            ("", ""),
            ("Verschil", WHAT_DIFFERS),
        ],
    )
    sheet["A1"].font = Font(bold=True, size=14)


def _months(sheet: Worksheet, months: Sequence[Month]) -> None:
    amounts = [
        (
            month.total.james_cents,
            month.total.booked_cents,
            month.exact_cents,
            month.total.exported_cents,
            month.open_cents,
            month.closed_cents,
            month.difference_cents,
        )
        for month in months
    ]
    rows = [(_month(month), *euros(*cents)) for month, cents in zip(months, amounts, strict=True)]
    total = ("Totaal", *euros(*(sum(column) for column in zip(*amounts, strict=True))))
    head = ("Maand", "James", "Geboekt", "Exact", "Overgedragen", "Open", "Gesloten", "Verschil")
    fill_sheet(sheet, head, [*rows, total])
    if rows:
        chart = BarChart()
        chart.title, chart.height, chart.width = "Omzet per maand", 8, 22
        chart.add_data(
            Reference(sheet, min_col=2, max_col=3, min_row=1, max_row=1 + len(rows)), titles_from_data=True
        )
        chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=1 + len(rows)))
        sheet.add_chart(chart, f"A{len(rows) + 5}")


def _cells(sheet: Worksheet, months: Sequence[Month]) -> None:
    head = ("Maand", "Omzetgroep", "Btw-tarief", "James", "Geboekt", "Overgedragen", "Geen van beide")
    fill_sheet(
        sheet,
        head,
        [
            (
                _month(month),
                GROUP_WORDS[RevenueGroup(group)][0] if group in set(RevenueGroup) else group,
                RATE_WORDS[VatRate(rate)][0] if rate in set(VatRate) else rate,
                *euros(cell.james_cents, cell.booked_cents, cell.exported_cents, cell.rest_cents),
            )
            for month in months
            for (group, rate), cell in sorted(month.cells.items())
        ],
    )


def _accounts(sheet: Worksheet, accounts: Iterable[Any]) -> None:
    head = (
        "Dagboek",
        "Grootboekrekening",
        "Geboekt",
        "Exact",
        "Geboekt min Exact",
        "Andere boekingen in Exact",
    )
    fill_sheet(
        sheet,
        head,
        [
            (
                row.journal,
                row.gl_account,
                *euros(
                    row.booked_cents, row.exact_cents, row.booked_cents - row.exact_cents, row.other_cents
                ),
            )
            for row in accounts
        ],
    )


def _periods(sheet: Worksheet, periods: Iterable[PeriodTotal]) -> None:
    head = (
        "Boekjaar",
        "Periode",
        "Dagboek",
        "Grootboekrekening",
        "Btw-code",
        "Boekingen",
        "Zonder btw",
        "Btw",
    )
    fill_sheet(
        sheet,
        head,
        [
            (
                row.financial_year,
                row.financial_period,
                row.journal,
                row.gl_account,
                row.vat_code,
                row.entries,
                *euros(row.net_cents, row.vat_cents),
            )
            for row in periods
        ],
    )


def _vat(sheet: Worksheet, periods: Iterable[PeriodTotal]) -> None:
    net: Counter[tuple[int, int, str]] = Counter()
    vat: Counter[tuple[int, int, str]] = Counter()
    for row in periods:
        key = (row.financial_year, row.financial_period, row.vat_code)
        net[key] += row.net_cents
        vat[key] += row.vat_cents
    fill_sheet(
        sheet,
        ("Boekjaar", "Periode", "Btw-code", "Grondslag", "Btw"),
        [(*key, *euros(net[key], vat[key])) for key in sorted(net)],
    )


def _series(sheet: Worksheet, runs: Sequence[Any]) -> None:
    fill_sheet(
        sheet,
        ("Reeks", "Boekjaar", "Eerste", "Laatste", "Aantal", "Dagboek", "Stand", "Reden"),
        [
            (
                part.series,
                part.financial_year,
                part.first_number,
                part.last_number,
                part.numbers,
                part.journal,
                STATE_WORDS[part.state][0] if part.state else NO_INVOICE,
                part.reason or "",
            )
            for part in series_with_gaps(runs)
        ],
    )


def _suspense(sheet: Worksheet, latest: LatestComparison, days: Days) -> None:
    fill_sheet(
        sheet,
        ("Dag", "Grootboekrekening", "Boekingen", "Bedrag"),
        [
            (dutch_day(row.day), row.gl_account or "", row.entries, *euros(row.gross_cents))
            for row in latest.numbers.suspense
            if days[0] <= row.day < days[1]
        ],
    )


def _suspense_left(sheet: Worksheet, left: Sequence[SuspenseLeft]) -> None:
    fill_sheet(
        sheet,
        (
            "Dag",
            "Boekstuknummer",
            "Oorzaak",
            "Geaccepteerd",
            "Reden",
            "Betaald volgens James",
            "Exact",
            "Niet op nul",
        ),
        [
            (
                dutch_day(row.day),
                row.entry_number or row.source_key or row.subject,
                CAUSE_WORDS[row.cause][0],
                "ja" if row.is_accepted else "",
                row.reason or "",
                *euros(row.james_cents, row.exact_cents, row.left_cents),
            )
            for row in left
        ],
    )


def _causes(sheet: Worksheet, months: Sequence[Month]) -> None:
    fill_sheet(
        sheet,
        ("Maand", "Oorzaak", "Geaccepteerd", "Facturen", "James", "Exact", "James min Exact"),
        [
            (
                _month(month),
                CAUSE_WORDS[row.cause][0],
                "ja" if row.is_accepted else "",
                row.items,
                *euros(row.james_cents, row.exact_cents, row.james_cents - row.exact_cents),
            )
            for month in months
            for row in month.causes
        ],
    )


def _month(month: Month) -> str:
    return f"{month.first_day:%m-%Y}" if month.first_day else "zonder dag"

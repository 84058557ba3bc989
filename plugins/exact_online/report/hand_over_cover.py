"""The control workbook of a hand-over: how to import its files, and what they come to (C5).

Dutch, landscape, one sheet a question. It has amounts, codes and numbers, and nothing of a person.
"""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from exact_online.dutch import dutch_day, dutch_number
from exact_online.ledger import AttentionItem, Practice
from exact_online.report.forms import RELATIONS
from exact_online.report.hand_over_totals import HandOverTotals
from exact_online.report.sentences import cure_sentence, item_sentence
from exact_online.report.sheets import euros, fill_sheet
from exact_online.report.workbook import ExportedEntry, Shape
from exact_online.vocabulary import BookingKind, HandOverFormat

TOPICS: dict[str, str] = {
    RELATIONS: "Relaties",
    BookingKind.SALES_ENTRY: "Verkoopboekingen",
    BookingKind.GENERAL_JOURNAL_ENTRY: "Memoriaalboekingen",
}
"""What Exact's own menu calls the import of a form."""
XML_TOPICS: dict[str, str] = {
    RELATIONS: "Accounts (relaties)",
    BookingKind.SALES_ENTRY: "GLTransactions (boekingen)",
    BookingKind.GENERAL_JOURNAL_ENTRY: "GLTransactions (boekingen)",
}
"""The topics of its import of XML."""
ALREADY_THERE = (
    "niet nodig voor de administratie hiernaast: de koppeling heeft deze relaties al in Exact gezet; "
    "wel voor een proefadministratie"
)


@dataclass(frozen=True)
class MadeFile:
    """A file of the set, in the order of its import."""

    kind: str
    file_name: str
    sha256: str
    journal: str | None
    month: dt.date | None
    entries: Sequence[ExportedEntry]
    after: Sequence[str] = ()
    """Earlier files of the same journal and month, of which nothing is in this one."""
    replaces: Sequence[str] = ()
    """Earlier files of the same journal and month that were taken back: do not import those."""


@dataclass(frozen=True)
class Contents:
    """What the control workbook tells of."""

    practice: Practice
    division: int
    days: tuple[dt.date, dt.date]
    """The first day, and the day after the last."""
    made_on: dt.date
    files: Sequence[MadeFile]
    totals: HandOverTotals
    left_out: Sequence[AttentionItem]
    in_closed: Sequence[ExportedEntry]
    shape: Shape


def control_of_hand_over(of: Contents) -> bytes:
    """Return the control workbook as an .xlsx file."""
    book = Workbook()
    cover = book.active
    assert isinstance(cover, Worksheet)
    cover.title = "Lees mij"
    fill_sheet(cover, ("Historie overgedragen aan Exact Online", ""), _cover(of), widest=105)
    cover["A1"].font, cover["A1"].alignment = Font(bold=True, size=14), Alignment(vertical="top")
    cover.row_dimensions[1].height = 20.0
    for cell in cover["B"]:
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
    fill_sheet(book.create_sheet("Bestanden"), _FILES, _files(of))
    fill_sheet(book.create_sheet("Grootboek"), _ACCOUNTS, _accounts(of.totals))
    fill_sheet(book.create_sheet("Btw-codes"), _VAT, _vat(of.totals))
    fill_sheet(book.create_sheet("Boekstuknummers"), _SERIES, _series(of.totals))
    fill_sheet(book.create_sheet("Weggelaten"), _LEFT_OUT, _left_out(of.left_out))
    if of.in_closed:
        fill_sheet(book.create_sheet("Gesloten perioden"), _CLOSED, _closed(of.in_closed))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _entries(of: Contents) -> list[ExportedEntry]:
    return [entry for file in of.files if file.kind != RELATIONS for entry in file.entries]


def _cover(of: Contents) -> Iterator[tuple[str, Any]]:
    entries, files = _entries(of), [file for file in of.files if file.kind != RELATIONS]
    yield "Praktijk", of.practice.name
    yield "Administratie in Exact", f"{of.practice.division_name or ''} ({of.division})"
    yield "Eerste dag", dutch_day(of.days[0])
    yield "Laatste dag", dutch_day(of.days[1] - dt.timedelta(days=1))
    yield "Aangemaakt op", dutch_day(of.made_on)
    yield "Aantal boekingen", len(entries)
    yield "Totaal inclusief btw", sum(entry.total_cents for entry in entries) / 100
    yield "", ""
    yield "Importeren", "Importeer elk bestand ongewijzigd en één keer. De volgorde staat op blad Bestanden."
    yield from _steps(of.shape)
    yield (
        "6",
        (
            "Vergelijk daarna blad Grootboek met de kolommenbalans in Exact, per dagboek, periode en "
            "rekening, en blad Btw-codes met de btw-aangifte."
        ),
    )
    yield (
        "7",
        (
            "De koppeling zoekt elke nacht de boekstuknummers op in Exact en meldt per bestand wat er staat, "
            "ontbreekt of anders is."
        ),
    )
    yield "", ""
    if any(file.after or file.replaces for file in files):
        yield "Let op", "Van een dagboek en maand zijn eerder bestanden gemaakt: zie blad Bestanden."
    if of.in_closed:
        yield (
            "Let op",
            (
                f"{dutch_number(len(of.in_closed))} boekingen liggen in een periode die in Exact gesloten "
                "is. Open de perioden van blad Gesloten perioden voor de import."
            ),
        )
    yield (
        "Weggelaten",
        f"Aantal facturen: {dutch_number(len(of.left_out))}. Blad Weggelaten zegt van elke waarom, en wie "
        "het oplost; daarna gaat zij mee in een volgende overdracht."
        if of.left_out
        else "Geen enkele factuur van deze dagen.",
    )
    yield "Niet ook geboekt", "Wat in deze bestanden staat, boekt de koppeling niet zelf in Exact."


def _steps(shape: Shape) -> Iterator[tuple[str, str]]:
    """The five steps in Exact of one file."""
    if shape.format is HandOverFormat.XML:
        yield "1", "Klik in Exact Online op de naam van de administratie en kies Import/Export, XML."
        yield "2", "Kies Importeren, en het onderwerp dat op blad Bestanden bij het bestand staat."
        yield "3", "Kies het bestand. Er zijn geen kolommen om te kiezen."
        yield "4", "Exact zegt van elk boekstuk of het is aangemaakt, en anders waarom niet."
        yield (
            "5",
            "Weigert Exact een boekstuk? Los de oorzaak op en importeer het bestand nog eens: wat er al "
            "staat, weigert Exact dan om zijn nummer.",
        )
        return
    yield "1", "Klik in Exact Online op de naam van de administratie en kies Import/Export, CSV/Excel."
    yield "2", "Kies het onderwerp dat op blad Bestanden bij het bestand staat, en dan Importeren."
    yield "3", "Kies bestandssoort Excel. De kolommen staan in de volgorde van het formulier van Exact."
    yield "4", _shape_words(shape)
    yield "5", "Wil Exact alleen Excel 97-2003? Bewaar het bestand in Excel als .xls en wijzig er niets in."


def _shape_words(shape: Shape) -> str:
    first = (
        "De eerste rij heeft de namen van de kolommen."
        if shape.captions
        else "De eerste rij is al een boeking: er is geen rij met namen van kolommen."
    )
    if shape.entry_heads:
        return f"{first} Elk boekstuk begint met een eigen kopregel."
    return f"{first} Elke rij is een boekingsregel, met de gegevens van zijn boekstuk."


_FILES = ("Volgorde", "Onderwerp in Exact", "Bestand", "Dagboek", "Maand", "Boekingen", "Totaal", "Opmerking")


def _files(of: Contents) -> Iterator[tuple[Any, ...]]:
    topics = XML_TOPICS if of.shape.format is HandOverFormat.XML else TOPICS
    for place, file in enumerate(of.files, start=1):
        remarks = [f"aanvulling op {name}, zonder boeking daaruit" for name in file.after]
        remarks += [f"in plaats van {name}, dat is teruggenomen" for name in file.replaces]
        if file.kind == RELATIONS:
            yield (place, topics[file.kind], file.file_name, "", "", "", "", ALREADY_THERE)
            continue
        month = f"{file.month:%m-%Y}" if file.month else ""
        total = euros(sum(entry.total_cents for entry in file.entries))
        head = (place, topics[file.kind], file.file_name, file.journal, month, len(file.entries))
        yield (*head, *total, "; ".join(remarks))


_ACCOUNTS = ("Boekjaar", "Periode", "Dagboek", "Grootboekrekening", "Debet", "Credit", "Saldo")


def _accounts(totals: HandOverTotals) -> Iterator[tuple[Any, ...]]:
    debit = credit = 0
    for key, cents in sorted(totals.accounts.items()):
        debit, credit = debit + max(cents, 0), credit + max(-cents, 0)
        yield (*key, *euros(max(cents, 0), max(-cents, 0), cents))
    per_account: Counter[str] = Counter()
    for key, cents in totals.accounts.items():
        per_account[key.account] += cents
    for account, cents in sorted(per_account.items()):
        yield ("Alle perioden", "", "", account, *euros(max(cents, 0), max(-cents, 0), cents))
    yield ("Totaal", "", "", "", *euros(debit, credit, debit - credit))


_VAT = ("Boekjaar", "Periode", "Btw-code", "Grondslag", "Btw")


def _vat(totals: HandOverTotals) -> Iterator[tuple[Any, ...]]:
    for key in sorted(totals.base):
        yield (*key, *euros(totals.base[key], totals.vat[key]))
    yield ("Totaal", "", "", *euros(sum(totals.base.values()), sum(totals.vat.values())))


_SERIES = ("Dagboek", "Boekjaar", "Eerste nummer", "Laatste nummer", "Aantal")


def _series(totals: HandOverTotals) -> Iterator[tuple[Any, ...]]:
    for run in totals.series:
        yield (run.journal, run.year, run.first, run.last, run.last - run.first + 1)


_LEFT_OUT = ("Factuur", "Waarom", "Wie lost het op, en waar")


def _left_out(items: Sequence[AttentionItem]) -> Iterator[tuple[Any, ...]]:
    for item in items:
        yield (str(item.values["number"]), item_sentence(item), cure_sentence(item))


_CLOSED = ("Dagboek", "Periode", "Boekjaar", "Boekstuknummer", "Datum", "Totaal inclusief btw")


def _closed(entries: Sequence[ExportedEntry]) -> Iterator[tuple[Any, ...]]:
    for entry in sorted(entries, key=lambda each: (each.place, each.entry_number)):
        journal, year, period = entry.place
        texts = (journal, str(period), str(year), str(entry.entry_number), dutch_day(entry.entry_date))
        yield (*texts, *euros(entry.total_cents))

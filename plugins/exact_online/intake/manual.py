"""The first sheet of the intake workbook: what it is, how it is filled in, whom it goes to."""

from __future__ import annotations

from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from exact_online.intake import style
from exact_online.intake.fields import Form

SHEET = "Uitleg"

PARAGRAPHS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Waarvoor is dit formulier?",
        (
            "James boekt debiteuren en facturen van {practice} elke nacht in Exact Online. Daarvoor moet de "
            "koppeling weten welke dagboeken, grootboekrekeningen, btw-codes en betalingscondities "
            "uw administratie gebruikt.",
            "De accountant of boekhouder van de praktijk vult het formulier in.",
        ),
    ),
    (
        "Hoe vult u het in?",
        (
            "1. Ga de volgende vier tabbladen langs en vul de gele cellen in. De andere cellen zijn "
            "beveiligd.",
            "2. Neem elke code precies over uit Exact Online, met nullen vooraan: 00 is een andere code "
            "dan 0.",
            "3. Vul alleen de code in, zonder omschrijving. Bij elke cel staan uitleg en een voorbeeld.",
            "4. Per beroep zijn er twaalf omzetrekeningen: vier groepen (verzekeraars, patiënten, "
            "instellingen en artikelen) met elk drie btw-tarieven. Alle twaalf zijn verplicht, ook als een "
            "tarief nu niet voorkomt. Dezelfde rekening mag meer dan eens worden gebruikt.",
            "5. Alle zeven betalingscondities moeten in Exact Online bestaan, met betaalwijze Op rekening.",
        ),
    ),
    (
        "Waar gaat het naartoe?",
        (
            "Bewaar het bestand als Excel-werkmap (.xlsx). Lever het in op de pagina waar u het hebt "
            "opgehaald, of stuur het naar de praktijk of naar James Support.",
            "U ziet na het inleveren meteen wat nog niet klopt, met tabblad en cel. Er wordt niets geboekt "
            "voordat de praktijk de koppeling aanzet.",
        ),
    ),
)
PROPOSED = (
    "Dit formulier bevat al een voorstel, gemaakt van de namen, de rubrieken en de omzet van vorig jaar in "
    "uw administratie. In de laatste kolom staat waarom. Controleer elke code en verbeter wat niet klopt."
)


def add_manual(sheet: Worksheet, form: Form, *, has_proposal: bool) -> None:
    """Fill the first sheet."""
    sheet.title = SHEET
    sheet.column_dimensions["A"].width = 110
    style.write_title(sheet, "Gegevens inrichten uit boekhoudpakket")
    sheet["A2"] = f"Praktijk: {form.practice_name}"
    sheet["A2"].font = Font(name=style.FONT, bold=True)
    row = 3
    if has_proposal:
        row = _write(sheet, row + 1, PROPOSED, bold=True)
    for heading, texts in PARAGRAPHS:
        row = _write(sheet, row + 1, heading, bold=True, color=style.DARK)
        for text in texts:
            row = _write(sheet, row, text.format(practice=form.practice_name))
    if form.professions:
        row = _write(sheet, row + 1, "Beroepen van de praktijk", bold=True, color=style.DARK)
        row = _write(sheet, row, ", ".join(each.name for each in form.professions))
    style.finish(sheet, row, 1)


def _write(sheet: Worksheet, row: int, text: str, *, bold: bool = False, color: str = "1A2233") -> int:
    """Write a text that is wrapped; return the next row."""
    cell = sheet.cell(row, 1, text)
    cell.data_type = "s"
    cell.font = Font(name=style.FONT, bold=bold, color=color)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.row_dimensions[row].height = 15.5 * -(-len(text) // 105) + 3
    return row + 1

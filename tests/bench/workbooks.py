"""How fast a workbook with many rows is written, and how much memory that takes.

    python -m tests.bench.workbooks

Each way runs in a process of its own, in processor time: rows a second, the most memory in MB, and
the rate beside that of openpyxl, which makes an object per cell.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from exact_online.report.forms import forms
from exact_online.report.sheet_stream import Row, write_sheet
from tests.bench import results

ROWS = {"stream": 100_000, "openpyxl": 10_000}
FORM = forms()["sales_entry"]


def rows(count: int) -> Iterator[Row]:
    """Sales entries of one line each; a name in fifty has a character that XML writes otherwise."""
    for place in range(count):
        number = str(2_600_000 + place)
        yield {
            "Dagboek: Code": "70", "Boekjaar": "2026", "Periode": "9", "Boekstuknummer": number,
            "Omschrijving: Kopregel": number, "Factuurdatum": "15-09-2026", "Valuta": "EUR",
            "Betalingsconditie: Code": "14", "Uw ref.": number, "Code": str(1000 + place % 997),
            "Naam": f"Jansen {'& Zonen' if place % 50 == 0 else ''}{place % 997}",
            "Grootboekrekening": "8010", "Omschrijving": "Omzet patiënten, btw 21%", "BTW-code": "2",
            "Bedrag": 123.45 + place % 7, "BTW-bedrag": 25.92,
        }  # fmt: skip


def by_openpyxl(count: int) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(FORM.sheet)
    for row in rows(count):
        cells = []
        for name in FORM.names:
            value = row.get(name)
            cell = None if value is None else WriteOnlyCell(sheet, value=value)
            if cell is not None:
                cell.number_format = "@" if isinstance(value, str) else "0.00"
            cells.append(cell)
        sheet.append(cells)
    with tempfile.TemporaryFile() as file:
        book.save(file)


def by_stream(count: int) -> None:
    with tempfile.TemporaryFile() as file:
        write_sheet(file, FORM, rows(count))


def measure(way: str) -> tuple[float, float]:
    """Rows a second of processor time, and MB, of one way in a process of its own."""
    found = subprocess.run(
        [sys.executable, "-m", "tests.bench.workbooks", way], check=True, capture_output=True, text=True
    )
    rate, memory = found.stdout.split()
    return float(rate), float(memory)


def main() -> None:
    """Print the table; in a process for one way, what it came to."""
    if len(sys.argv) > 1:
        way = sys.argv[1]
        began = time.process_time()
        {"stream": by_stream, "openpyxl": by_openpyxl}[way](ROWS[way])
        seconds = time.process_time() - began
        print(ROWS[way] / seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return
    of_openpyxl, _ = measured = measure("openpyxl")
    print("workbooks          rows/s    MB  beside openpyxl")
    ways = {"openpyxl": measured, "stream": measure("stream")}
    for way, (rate, memory) in ways.items():
        print(f"{way:<16}{rate:>9,.0f}{memory:>6.0f}{rate / of_openpyxl:>13.1f} x")
    rate, memory = ways["stream"]
    figures = {"rows a second": rate, "megabytes": memory}
    results.write("workbooks", figures, {"times openpyxl": rate / of_openpyxl})


if __name__ == "__main__":
    main()

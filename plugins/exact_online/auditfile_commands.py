"""The commands with auditfiles: compare Exact's own, and make the file of a year."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import typer

from exact_online.auditfile.header import AuditfileFault
from exact_online.failures import NotReady
from exact_online.ledger import Ledger, LedgerClock
from exact_online.report.auditfile import compare_auditfile
from exact_online.report.auditfile_words import KIND_WORDS, finding_sentence, heading_sentences
from exact_online.report.auditfile_workbook import auditfile_workbook
from exact_online.report.year_file import year_file


def compare_file(ledger: Ledger, practice: str, file: Path, by: str, out: Path | None) -> int:
    """Compare an auditfile, print each difference, and return how many there are.

    `out` is where the workbook goes. Raises NotReady for a file that can't be compared.
    """
    known = ledger.practices.get(practice)
    try:
        with file.open("rb") as content:
            found = compare_auditfile(ledger, known, content, by)
    except (AuditfileFault, OSError) as fault:
        raise NotReady(f"{file}: {fault}") from None
    for sentence in heading_sentences(found, known.division_name):
        typer.echo(sentence)
    findings = ledger.auditfiles.findings(found)
    for finding in findings:
        typer.echo(f"{KIND_WORDS[finding.kind][0]}: {finding_sentence(finding)}")
    if out is not None:
        out.write_bytes(auditfile_workbook(found, findings, known))
    numbers = found.numbers
    typer.echo(
        f"{numbers['compared']} van {numbers['expected']} boekingen gevonden; {found.count} verschillen."
    )
    return found.count


def write_year_file(
    opened: Callable[[], AbstractContextManager[Ledger]], practice: str, year: int, out: Path, by: str
) -> None:
    """Write the file of a year to `out`, for its owner alone; it appears when it is whole."""
    with opened() as ledger:
        ledger.practices.get(practice)
        if year not in ledger.year_files.years(practice):
            raise NotReady(f"De koppeling heeft in boekjaar {year} niets geboekt.")
        now = LedgerClock(ledger.session).now()
        ledger.events.note_access(practice, by, f"jaarbestand:{year}")
    unfinished = out.with_name(f"{out.name}.unfinished")
    opener = lambda path, flags: os.open(path, flags, 0o600)  # noqa: E731
    try:
        with open(unfinished, "wb", opener=opener) as file:
            file.writelines(year_file(opened, practice, year, now, by))
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)

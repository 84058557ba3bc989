"""The intake workbook on the command line: `workbook` writes one, `settings` saves a filled one."""

from __future__ import annotations

from pathlib import Path

import typer

from exact_online.acts.settings import save_draft
from exact_online.book_day import book_day
from exact_online.clock import SystemClock
from exact_online.failures import NotReady
from exact_online.ledger import Ledger
from exact_online.tasks import intake
from exact_online.tasks.intake import Checked


def write_workbook(ledger: Ledger, practice: str, out: Path, *, present: bool) -> None:
    """Write the workbook of a practice, with a proposal where the division is authorised."""
    opened = intake.opened_intake(ledger, ledger.practices.get(practice))
    proposed = {} if present else intake.proposal(ledger, opened, book_day(SystemClock().now()))
    try:
        out.write_bytes(intake.make_workbook(ledger, opened, proposed, with_present=present))
    except OSError as problem:
        raise NotReady(f"{out} can't be written ({problem.strerror}).") from None
    typer.echo(f"Written: {out}, with {len(proposed)} proposed code(s).")


def save_workbook(ledger: Ledger, practice: str, file: Path, by: str) -> None:
    """Save a filled workbook as a version of the settings; every fault is listed at once.

    Raises typer.Exit with status 1 when there are faults.
    """
    if not by.strip():
        raise NotReady("Settings need the name of who saves them: give --by.")
    try:
        content = file.read_bytes()
    except OSError as problem:
        raise NotReady(f"{file} can't be read ({problem.strerror}).") from None
    opened = intake.opened_intake(ledger, ledger.practices.get(practice))
    checked = intake.check_workbook(ledger, opened, file.name, content, by)
    if checked.draft_id is None:
        _show_faults(checked)
        raise typer.Exit(1)
    save_draft(ledger, practice, checked.draft_id, by)
    latest = ledger.settings_history.versions(practice)[0]
    typer.echo(f"Version {latest.version} of the settings of practice {practice} is what {file} says.")


def _show_faults(checked: Checked) -> None:
    for fault in checked.faults:
        place = f"{fault.sheet} {fault.cell}: " if fault.cell else ""
        typer.echo(f"{place}{fault.sentence}")
    typer.echo(f"{len(checked.faults)} fault(s); nothing was saved.")

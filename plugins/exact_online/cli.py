"""The command line for support engineers: what is open of a practice, and the acts that end it.

    AIRFLOW_CONN_EXACT_SYNC_DB=postgres://user:password@host/database python -m exact_online --help

An act changes the ledger alone; what follows in Exact is done by the next night.
docs/runbook.md has a section per act.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from exact_online import acts
from exact_online.acts.word import Word
from exact_online.connect import Consenting, connect_practice, is_loopback, listen
from exact_online.failures import LinkFailure, NotReady
from exact_online.ledger import Ledger, LedgerClock, connect, worker_name
from exact_online.migrations import CONNECTION_VARIABLE
from exact_online.money import amount_text
from exact_online.report.log_lines import item_line
from exact_online.report.watch_items import watch_item_lines
from exact_online.vocabulary import HandOverFormat
from exact_online.watch_nights import unfinished_items

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Exact Online: what is open, and the acts."
)

Practice = Annotated[str, typer.Argument(help="Code of the practice.")]
Key = Annotated[str, typer.Argument(help="Key of the record: factuur:123, declaratie:45, debiteur:1001.")]
Subject = Annotated[str, typer.Argument(help="Subject of the difference, as 'differences' lists it.")]
File = Annotated[str, typer.Argument(help="Name of the workbook, as 'files' lists it.")]
ActNumber = Annotated[int, typer.Argument(help="Number of the act.")]
By = Annotated[str, typer.Option(help="Your name: it is kept with the act.")]
Reason = Annotated[str, typer.Option(help="Why: it is kept with the act.")]
OneKey = Annotated[str | None, typer.Argument(help="Key of one debtor: debiteur:1001.")]
Code = Annotated[str | None, typer.Option(help="Code in Exact of one relation of that debtor.")]
Kind = Annotated[str | None, typer.Option(help="All of one kind that 'matches' lists.")]
Act = Callable[[Ledger, Word, str], int]


@contextmanager
def opened_ledger(actor: str | None = None) -> Iterator[Ledger]:
    """Open the ledger that the environment names. Raises NotReady when it names none."""
    dsn = os.environ.get(CONNECTION_VARIABLE)
    if not dsn:
        raise NotReady(
            f"{CONNECTION_VARIABLE} is not set: give the ledger's database as "
            "postgres://user:password@host:port/database."
        )
    with closing(connect(dsn, actor)) as conn:
        yield Ledger(conn)


@app.command()
def items(practice: Practice) -> None:
    """List what is neither booked nor handed over, with who cures it where."""
    with opened_ledger() as ledger:
        ledger.practices.get(practice)
        open_items = ledger.review.open_items(practice)
        for item in open_items:
            typer.echo(item_line(item))
        typer.echo(f"{len(open_items)} open.")


@app.command()
def differences(practice: Practice) -> None:
    """List where James and Exact differ: subject, cause, both amounts, since when."""
    with opened_ledger() as ledger:
        ledger.practices.get(practice)
        rows = ledger.differences.open(practice)
        for row in rows:
            accepted = f", accepted by {row.accepted_by} (act {row.act_id})" if row.accepted_by else ""
            amounts = f"James {amount_text(row.james_cents)}, Exact {amount_text(row.exact_cents)}"
            about = f" (invoice {row.entry_number})" if row.entry_number else ""
            what = f" [{row.differs}]" if row.differs else ""
            typer.echo(
                f"{row.subject}{about}: {row.cause}{what}, {amounts}, since {row.since:%d-%m-%Y}{accepted}"
            )
        typer.echo(f"{len(rows)} open.")


@app.command()
def compare_all(practice: Practice) -> None:
    """Have the next night compare everything with Exact, also what did not change since."""
    with opened_ledger() as ledger:
        ledger.to_judge.ask_whole(ledger.practices.get(practice).code)
    typer.echo("The next night compares everything.")


@app.command()
def files(practice: Practice) -> None:
    """List the workbooks that were handed over, and who took one back."""
    with opened_ledger() as ledger:
        ledger.practices.get(practice)
        for file in ledger.exports.files(practice):
            taken_back = f", taken back by {file.taken_back_by}" if file.taken_back_by else ""
            amount = amount_text(file.total_cents)
            made = f"{file.created_at:%d-%m-%Y}"
            typer.echo(f"{file.file_name}: {file.invoices} invoices, {amount}, made on {made}{taken_back}")


@app.command()
def check_files(practice: Practice) -> None:
    """Look in Exact now for the entries of all workbooks: what is there, missing or different."""
    from exact_online.tasks.read_back import read_back_now  # it needs Airflow's connections

    for file in read_back_now(practice):
        typer.echo(
            f"{file.file_name}: {file.found} there, {file.missing} missing, {file.different} different"
        )


@app.command()
def download_files(
    practice: Practice, out: Annotated[Path, typer.Option(help="A folder: a folder per hand-over is made.")]
) -> None:
    """Write all hand-overs of a practice to a folder, as they were made; they have names."""
    from exact_online.tasks.workbook_store import content_of  # it brings Airflow

    with opened_ledger() as ledger:
        ledger.practices.get(practice)
        ledger.events.note_access(practice, worker_name(), "werkmap:alle")
        for set_id in sorted({file.set_id for file in ledger.exports.files(practice)}):
            for file in ledger.exports.file_set(practice, set_id):
                content = content_of(file.content, file.location, file.sha256)
                if content is None:
                    typer.echo(f"{file.file_name}: past its term, erased")
                    continue
                folder = out / set_id
                folder.mkdir(parents=True, exist_ok=True)
                (folder / file.file_name).write_bytes(content)
                typer.echo(f"{folder / file.file_name}")


@app.command()
def hand_over_format(
    practice: Practice,
    wanted: Annotated[HandOverFormat, typer.Argument(help="xlsx: workbooks; xml: for Exact's XML import.")],
    by: By,
) -> None:
    """Let the next hand-overs of a practice be workbooks or XML; earlier files stay as they are."""
    with opened_ledger(by) as ledger:
        version = acts.want_format(ledger, ledger.practices.get(practice).code, wanted, by)
    typer.echo(f"Version {version} of the settings." if version else "It was so already.")


@app.command()
def accept(practice: Practice, subject: Subject, by: By, reason: Reason) -> None:
    """Let a difference stay as it is: known, counted apart, no longer red."""
    _act(acts.accept, practice, subject, by, reason)


@app.command()
def book_again(practice: Practice, key: Key, by: By, reason: Reason) -> None:
    """Book an invoice again that was removed in Exact and is still in James."""
    _act(acts.book_again, practice, key, by, reason)


@app.command()
def adopt(practice: Practice, key: Key, by: By, reason: Reason) -> None:
    """Take what stands in Exact by hand for this invoice."""
    _act(acts.adopt, practice, key, by, reason)


@app.command()
def close(practice: Practice, key: Key, by: By, reason: Reason) -> None:
    """Say that an invoice will not be booked."""
    _act(acts.close, practice, key, by, reason)


@app.command()
def same_person(practice: Practice, key: Key, by: By, reason: Reason) -> None:
    """Say that a debtor who seemed to be somebody else is the same person."""
    _act(acts.same_person, practice, key, by, reason)


@app.command()
def matches(
    practice: Practice,
    read: Annotated[bool, typer.Option("--read", help="Read James and Exact now.")] = False,
    kind: Kind = None,
) -> None:
    """List relations in Exact that look like a debtor and wait for a person's word: both names."""
    if read:
        from exact_online.tasks.matching import read_now  # it needs Airflow's connections

        read_now(practice)
    with opened_ledger() as ledger:
        ledger.practices.get(practice)
        listed = [match for match in ledger.matches.open(practice) if kind in (None, match.kind)]
    for match in listed:
        more = "" if match.is_only else " (looks like another one too: name it by --code)"
        typer.echo(
            f"debiteur:{match.debtor_number} {match.debtor_name} | {match.code} {match.relation_name} | "
            f"{match.kind}{more}"
        )
    for name, count in sorted(Counter(match.kind for match in listed).items()):
        typer.echo(f"{count} {name}.")
    typer.echo(f"{len(listed)} open.")


@app.command()
def ours(
    practice: Practice, by: By, reason: Reason, key: OneKey = None, code: Code = None, kind: Kind = None
) -> None:
    """Say that a relation in Exact is the debtor that it looks like; it keeps its own code."""
    with opened_ledger(by) as ledger:
        word = Word(practice, by, reason)
        if key and not code and not ledger.matches.of_debtor(practice, key.removeprefix("debiteur:")):
            typer.echo(f"Done: act {acts.ours(ledger, word, key)}.")
            return
        number, debtors = acts.ours_alike(ledger, word, acts.chosen_matches(key, code, kind))
    typer.echo(f"Done: act {number}, {len(debtors)} debtor(s).")


@app.command()
def not_ours(
    practice: Practice, by: By, reason: Reason, key: OneKey = None, code: Code = None, kind: Kind = None
) -> None:
    """Say that a relation in Exact is somebody else than the debtor that it looks like."""
    with opened_ledger(by) as ledger:
        chosen = acts.chosen_matches(key, code, kind)
        number, debtors = acts.not_ours(ledger, Word(practice, by, reason), chosen)
    typer.echo(f"Done: act {number}, {len(debtors)} debtor(s).")


@app.command()
def share_division(practice: Practice, other: Practice, by: By, reason: Reason) -> None:
    """Say that two practices of one company share one division of Exact."""
    with opened_ledger(by) as ledger:
        acts.share_division(ledger, Word(practice, by, reason), other)
    typer.echo(f"Practices {practice} and {other} may share a division.")


@app.command()
def go_on(practice: Practice, by: By, reason: Reason) -> None:
    """Let a practice send again that stopped because Exact booked another total or number."""
    _act(lambda ledger, word, _: acts.go_on(ledger, word), practice, practice, by, reason)


@app.command()
def take_back_file(practice: Practice, file: File, by: By, reason: Reason) -> None:
    """Take back a workbook that was not imported: its invoices go into the next one."""
    _act(acts.take_back_file, practice, file, by, reason)


@app.command()
def take_back(practice: Practice, act: ActNumber, by: By, reason: Reason) -> None:
    """Take an act back, where that is safe."""
    with opened_ledger(by) as ledger:
        acts.take_back(ledger, Word(practice, by, reason), act)
    typer.echo(f"Act {act} is taken back.")


@app.command()
def workbook(
    practice: Practice,
    out: Annotated[Path, typer.Option(help="The file to write (.xlsx).")],
    present: Annotated[bool, typer.Option("--present", help="With the settings as they are.")] = False,
) -> None:
    """Write the intake workbook of a practice, for its accountant."""
    from exact_online.intake_commands import write_workbook  # it needs Airflow's connections

    with opened_ledger() as ledger:
        write_workbook(ledger, practice, out, present=present)


@app.command()
def settings(
    practice: Practice, file: Annotated[Path, typer.Argument(help="The filled workbook.")], by: By
) -> None:
    """Save a filled intake workbook as a version of the settings, or list its faults."""
    from exact_online.intake_commands import save_workbook  # it needs Airflow's connections

    with opened_ledger(by) as ledger:
        save_workbook(ledger, practice, file, by)


@app.command()
def auditfile(
    practice: Practice,
    file: Annotated[Path, typer.Argument(help="What Exact exported: .xaf, .xml or .zip.")],
    by: By,
    out: Annotated[Path | None, typer.Option(help="A workbook to write as well (.xlsx).")] = None,
) -> None:
    """Compare an auditfile of Exact with the ledger; exit status 1 when anything differs."""
    from exact_online.auditfile_commands import compare_file  # it brings the workbooks

    with opened_ledger(by) as ledger:
        differing = compare_file(ledger, practice, file, by, out)
    if differing:
        raise typer.Exit(1)


@app.command()
def year_file(
    practice: Practice,
    year: Annotated[int, typer.Argument(help="The financial year.")],
    by: By,
    out: Annotated[Path, typer.Option(help="The file to write (.zip).")],
) -> None:
    """Write the file of a year: auditfile, control workbook, settings, gaps and hashes."""
    from exact_online.auditfile_commands import write_year_file  # it brings the workbooks

    write_year_file(lambda: opened_ledger(by), practice, year, out, by)
    typer.echo(f"{out} is written.")


@app.command()
def bulk(
    by: By,
    reason: Reason,
    on: Annotated[bool, typer.Option("--on/--off", help="Whether uploads are made.")],
    practice: Annotated[str | None, typer.Option(help="Of one practice, as a setting of it.")] = None,
) -> None:
    """Let history go in uploads of many entries, or not: of one practice, or the switch for all."""
    with opened_ledger(by) as ledger:
        if practice is None:
            acts.switch_uploads(ledger, on, by, reason)
            typer.echo(f"Uploads are {'on' if on else 'off'} for all practices, from the next upload on.")
            return
        version = acts.want_uploads(ledger, ledger.practices.get(practice).code, on, by)
    typer.echo(f"Version {version} of the settings." if version else "It was so already.")


@app.command()
def erase(practice: Practice, key: Key, by: By, reason: Reason) -> None:
    """Erase a debtor on request: what can be read about him goes, bookings and amounts stay."""
    with opened_ledger(by) as ledger:
        erased = acts.erase(ledger, Word(practice, by, reason), key)
    if erased.locations:
        from exact_online.tasks.workbook_store import workbook_store  # it brings Airflow

        if store := workbook_store():
            for location in erased.locations:
                store.remove(location)
    typer.echo(f"Done: act {erased.act}. {len(erased.workbooks)} workbook(s) were emptied.")
    if erased.was_in_james:
        typer.echo("James had this debtor when it was last read: see docs/privacy.md for what to do there.")


@app.command()
def move_in(by: By, reason: Reason) -> None:
    """Say that the ledger books in this database from now on: it was moved or restored."""
    with opened_ledger(by) as ledger:
        acts.move_in(ledger, by, reason)
    typer.echo("Done: the ledger is at home here. Make sure that the other one books no more.")


@app.command()
def watch_nights() -> None:
    """Say which practices' night did not begin or end by 07:00; exit status 1 when there are any.

    For a cron job or a monitor beside Airflow: a scheduler that is dead runs no watch.
    """
    with opened_ledger() as ledger:
        found = unfinished_items(ledger, LedgerClock(ledger.session).now())
    for item in found:
        for line in watch_item_lines(item):
            typer.echo(line)
    if found:
        raise typer.Exit(1)
    typer.echo("Alle nachten zijn klaar.")


@app.command("connect")
def connect_again(
    practice: Practice,
    division: Annotated[int | None, typer.Option(help="Its division, when it has none yet.")] = None,
    redirect_uri: Annotated[str, typer.Option(help="Else redirect_uri of the connection's extra.")] = "",
    paste: Annotated[bool, typer.Option(help="Paste the answer; do not listen for it.")] = False,
) -> None:
    """Give a practice a new link with Exact, by the consent of its Exact user; settings stay."""
    from exact_online.hook import ExactOnlineHook  # brings Airflow, which takes seconds

    hook = ExactOnlineHook()
    uri = redirect_uri or hook.redirect_uri()
    if not uri:
        raise NotReady("Give --redirect-uri: the address that is registered with the app at Exact.")
    exact = Consenting(hook.app(), hook.keys(), uri, hook.session)
    with opened_ledger() as ledger:
        linked = connect_practice(ledger, practice, exact, lambda url: _answer(url, uri, paste), division)
    typer.echo(f"Practice {linked.code} is linked with division {linked.division} ({linked.division_name}).")
    typer.echo("Clear the red task of its last run, or wait for the night.")


def _answer(url: str, redirect_uri: str, paste: bool) -> str:
    """Show the consent page's address and return where the browser ended, or the code."""
    typer.echo(f"Open this address as the practice's Exact user, and agree:\n\n{url}\n")
    if is_loopback(redirect_uri) and not paste:
        typer.echo(f"Waiting for the answer on {redirect_uri} ...")
        return listen(redirect_uri)
    words = "Paste the address where the browser ended, or its code (it is not shown)"
    return str(typer.prompt(words, hide_input=True))


def _act(act: Act, practice: str, subject: str, by: str, reason: str) -> None:
    with opened_ledger(by) as ledger:
        number = act(ledger, Word(practice, by, reason), subject)
    typer.echo(f"Done: act {number}.")


def main() -> None:
    """Run the command line; a failure is one sentence and exit status 1."""
    try:
        app()
    except LinkFailure as failure:
        sys.exit(str(failure))

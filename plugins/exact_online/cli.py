"""The command line for support engineers: what is open of a practice, and the acts that end it.

    AIRFLOW_CONN_EXACT_SYNC_DB=postgres://user:password@host/database python -m exact_online --help

An act changes the ledger alone; what follows in Exact is done by the next night.
docs/runbook.md has a section per act.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Annotated

import typer

from exact_online import acts
from exact_online.acts.word import Word
from exact_online.connect import Consenting, connect_practice, is_loopback, listen
from exact_online.failures import LinkFailure, NotReady
from exact_online.ledger import Ledger, connect
from exact_online.migrations import CONNECTION_VARIABLE
from exact_online.money import amount_text
from exact_online.report.log_lines import item_line

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Exact Online: what is open, and the acts."
)

Practice = Annotated[str, typer.Argument(help="Code of the practice.")]
Key = Annotated[str, typer.Argument(help="Key of the record: factuur:123, declaratie:45, debiteur:1001.")]
By = Annotated[str, typer.Option(help="Your name: it is kept with the act.")]
Reason = Annotated[str, typer.Option(help="Why: it is kept with the act.")]
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
def accept(practice: Practice, subject: Key, by: By, reason: Reason) -> None:
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
def ours(practice: Practice, key: Key, by: By, reason: Reason) -> None:
    """Say that the relation in Exact with a debtor's number is that debtor."""
    _act(acts.ours, practice, key, by, reason)


@app.command()
def take_back(
    practice: Practice, act: Annotated[int, typer.Argument(help="Number of the act.")], by: By, reason: Reason
) -> None:
    """Take an act back, where that is safe."""
    with opened_ledger(by) as ledger:
        acts.take_back(ledger, Word(practice, by, reason), act)
    typer.echo(f"Act {act} is taken back.")


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

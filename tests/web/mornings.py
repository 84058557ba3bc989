"""Practices on a morning, for tests of the pages: one red, one with open items, one in order."""

from __future__ import annotations

import json

from exact_online.ledger import Ledger, Run, RunOutcome
from exact_online.ledger.differences import Difference
from exact_online.ledger.night_numbers import JournalTotal
from tests.ledger_cases import book, entry, keep_file, open_run, plan, register, rejection
from tests.night_numbers import night_numbers

RED, OPEN, GOOD = "rood", "openstaand", "in_orde"
NAME = "Jannie Testpersoon"
"""Of a debtor of `OPEN`; nobody."""
BLOCKED = {"account": "8310", "use_nl": "omzet", "use_en": "revenue"}
DAYS = (night_numbers().from_date, night_numbers().before_date)


def end_night(ledger: Ledger, run: Run, outcome: RunOutcome, booked_cents: int, **cents: int) -> None:
    """Close a run with numbers: `booked_cents` in journal 70, and the sums of the comparison."""
    total = JournalTotal("booked", "70", None, None, 1, booked_cents, 0, booked_cents)
    part = JournalTotal("booked", "70", "patients", "zero", 1, booked_cents, 0, booked_cents)
    handed = JournalTotal("exported", "70", None, None, 1, 999, 0, 999)
    ledger.runs.save_numbers(run.run_id, night_numbers(per_journal=(part, total, handed), **cents))
    ledger.runs.finish(run.run_id, outcome)


def a_good_practice(ledger: Ledger) -> None:
    register(ledger, GOOD, 903)
    run = open_run(ledger, GOOD)
    plan(ledger, run, [entry(1, 2500)])
    book(ledger, run, 1)
    end_night(ledger, run, RunOutcome.COMPLETE, 2500, james_cents=2500, ledger_cents=2500, exact_cents=2500)


def a_red_practice(ledger: Ledger) -> None:
    """Its link is broken, its last night failed, and cents are missing that nothing explains."""
    register(ledger, RED, 901)
    run = open_run(ledger, RED)
    end_night(ledger, run, RunOutcome.COMPLETE, 0, james_cents=700, ledger_cents=500, exact_cents=400)
    cell = Difference("cell:patients/zero", "unexplained", "cell", None, None, None, 700, 400)
    ledger.differences.save(run, DAYS, [cell])
    ledger.runs.finish(open_run(ledger, RED, "next").run_id, RunOutcome.FAILED)
    ledger.conn.execute(
        "update token_chain set state = 'reconnect_needed' from practice as p"
        " where p.chain_id = token_chain.chain_id and p.code = %s",
        [RED],
    )


def a_practice_with_open_items(ledger: Ledger) -> Run:
    """One invoice is booked and differs in Exact, two are rejected for one cause, one waits to be
    sent, and one was handed over; its debtor has a name."""
    register(ledger, OPEN, 902)
    run = open_run(ledger, OPEN)
    blocked = json.dumps(BLOCKED)
    rows = [entry(11, 1100), entry(12, 1200, reference="D77"), rejection(13, "gl_account_blocked", blocked)]
    plan(ledger, run, [*rows, rejection(14, "gl_account_blocked", blocked)])
    plan(ledger, run, [debtor()], lines=[])
    book(ledger, run, 11)
    plan(ledger, run, [entry(15, 1500)], exported=True)
    keep_file(ledger, run, "verkoopboek.xlsx")
    changed = Difference(
        "factuur:11", "changed_in_exact", "sales_entry", "factuur:11", None, None, 1100, 1000, "amounts"
    )
    ledger.differences.save(run, DAYS, [changed])
    end_night(
        ledger, run, RunOutcome.REJECTED, 1100, james_cents=5000, ledger_cents=1100, exact_cents=1000,
        exported_cents=1500, open_cents=2400, rejected=2, sales_entries=1,
    )  # fmt: skip
    ledger.acts.keep(OPEN, "accept", "factuur:9", "Sanne de Boer", "afgesproken", {})
    return run


def debtor() -> dict[str, object]:
    """A debtor with a name and an address, as it is sent."""
    payload = {"account": {"Name": NAME, "AddressLine1": "Teststraat 1", "City": "Utrecht"}}
    row = entry(1001, 0, kind="debtor", source_key="debiteur:1001", payload=json.dumps(payload))
    left_out = ("journal", "financial_year", "financial_period", "entry_date", "entry_number")
    return {name: value for name, value in row.items() if name not in left_out}

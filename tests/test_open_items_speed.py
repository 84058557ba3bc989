"""What is open is found in time: not analysed yet, or for one practice after the other."""

from __future__ import annotations

import time
from contextlib import closing

from exact_online.ledger import Ledger, OpenFilter, connect
from tests.ledger_cases import PRACTICE, entry, open_run, plan, register, rejection

DEBTORS, INVOICES = 60, 395
MOST_SECONDS = 5.0
"""It took over a minute; it takes some hundredths of a second."""


def test_hundreds_of_open_records_of_a_first_night(ledger_dsn: str) -> None:
    """Invoices that wait for their debtors: by practice, as its page and its mail ask for them."""
    with closing(connect(ledger_dsn)) as conn:
        conn.execute("alter table booking set (autovacuum_enabled = false)")
        ledger = Ledger(conn)
        register(ledger)
        run = open_run(ledger)
        debtors = [
            {
                **rejection(number, "number_clash", f'{{"debtor": "{number}"}}'),
                "source_key": f"debiteur:{number}",
                "kind": "debtor",
                "debtor_number": str(number),
            }
            for number in range(DEBTORS)
        ]
        plan(ledger, run, debtors)
        plan(ledger, run, [entry(each, debtor_number=str(each % DEBTORS)) for each in range(INVOICES)])
        for batch in ledger.planning.batches(PRACTICE, 1000):
            ledger.bookings.hold_what_must_wait(run, batch, frozenset())
        conn.execute("set statement_timeout = '20s'")
        began = time.monotonic()
        (cause,) = ledger.open_items.causes(OpenFilter(practice=PRACTICE))
        examples = ledger.open_items.examples([cause])
        ledger.told.follow(PRACTICE)
        assert time.monotonic() - began < MOST_SECONDS
        assert (cause.records, [*examples]) == (DEBTORS + INVOICES, [cause.cause_id])


def test_a_statement_with_conditions_that_may_be_left_out_gets_a_plan_for_its_values(
    ledger_dsn: str,
) -> None:
    """A session that asks often, for one practice after the other, keeps no plan for all of them:
    one that does for the fleet too reads the whole fleet for one practice.
    """
    with closing(connect(ledger_dsn)) as conn:
        ledger = Ledger(conn)
        register(ledger)
        for _ in range(10):
            ledger.open_items.causes(OpenFilter(practice=PRACTICE))
            ledger.practices.get(PRACTICE)
        kept = conn.execute("select statement from pg_prepared_statements").fetchall()
        texts = [row["statement"] for row in kept]
        assert [text for text in texts if "v_open_items" in text] == []
        assert texts != []

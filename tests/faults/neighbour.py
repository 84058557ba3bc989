"""A second practice in the same ledger, in the midst of a night of its own that stands still.

Its invoices have the numbers of ours: whoever forgets to ask for a practice would touch them.
"""

from __future__ import annotations

from tests.ledger_cases import PRACTICE, entry, open_run, plan, register, rejection
from tests.link.small import SmallLink

LEFT_AS_IT_IS = (
    "select md5(coalesce(string_agg(kept.line, ' ' order by kept.line), '')) as digest from ("
    " select b::text as line from booking as b where practice = %(practice)s"
    " union all select r::text from run as r where practice = %(practice)s"
    " union all select d::text from difference as d where practice = %(practice)s"
    " union all select c::text from james_change as c where practice = %(practice)s"
    " union all select h::text from booking_history as h inner join booking using (booking_id)"
    " where practice = %(practice)s) as kept"
)


def move_in_beside(link: SmallLink) -> None:
    """One booking under way, one to be sent, one rejected; remember them."""
    ledger = link.ledger
    register(ledger)
    plan(ledger, open_run(ledger), [entry(2600001), entry(2600002), rejection(2600003)])
    ledger.conn.execute(
        "update booking set state = 'sending', attempt = 1, moved_in_run = run_id"
        " where practice = %s and entry_number = 2600001",
        [PRACTICE],
    )
    link.neighbour = digest(link)


def digest(link: SmallLink) -> str:
    """Return what the ledger has of the neighbour, in short."""
    row = link.ledger.conn.execute(LEFT_AS_IT_IS.encode(), {"practice": PRACTICE}).fetchone()
    assert row is not None
    return str(row["digest"])

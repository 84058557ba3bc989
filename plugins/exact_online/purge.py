"""The daily purge: what is past its term in the ledger goes (B7, docs/privacy.md).

It writes in small transactions of its own and waits for nobody: what a night has locked is left
for the next day. What the engine needs later stays, so a night after a purge is the same night.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from exact_online.clock import Clock
from exact_online.ledger import Ledger
from exact_online.ledger.purging import Purging
from exact_online.retention import retention

ROWS = 5_000
"""Rows of one transaction: well within a statement's time, and soon committed."""
LONGEST = dt.timedelta(minutes=30)
"""What is left then is removed the next day."""

Removal = Callable[[Purging, str, dt.datetime, int], int]

REMOVALS: Sequence[tuple[str, Removal]] = (
    ("ingelezen", Purging.staged_lines),
    ("ingelezen", Purging.staged_invoices),
    ("verstuurd", Purging.absent_debtors),
    ("ingelezen", Purging.staged_debtors),
    ("verstuurd", Purging.sent_debtors),
    ("verstuurd", Purging.followed_debtors),
    ("antwoord", Purging.messages),
    ("werkmap", Purging.workbooks),
    ("vergelijking", Purging.auditfile_comparisons),
    ("verwijderde_relatie", Purging.deleted_relations),
    ("toegang", Purging.access_log),
    ("activering", Purging.activation),
)
"""Term and what is removed under it, in this order: who is absent is seen in what was staged."""


YEARS = "geld"
"""The term of what was booked; the history of a booking goes with it."""


@dataclass(frozen=True)
class Purged:
    """What a purge came to."""

    rows: Counter[str]
    """Rows per term."""
    is_complete: bool
    """False when its time was over; the next one goes on."""


def purge(ledger: Ledger, clock: Clock, longest: dt.timedelta = LONGEST, rows: int = ROWS) -> Purged:
    """Remove what is past its term at the present moment, of all practices; return how much."""
    began, removed, terms = clock.now(), Counter[str](), retention()
    years = terms.termijn[YEARS].jaren
    assert years is not None

    def work_off(term: str, remove: Callable[[], int]) -> bool:
        """Remove until nothing is left; False when the time is over first."""
        while clock.now() - began < longest:
            found = remove()
            removed[term] += found
            if found < rows:
                return True
        return False

    done = []
    for practice in ledger.practices.codes():
        for term, remove in REMOVALS:
            before = terms.days_before(term, began)
            done.append(work_off(term, partial(remove, ledger.purging, practice, before, rows)))
        past = ledger.past_years
        past.let_go(practice, began, years)
        done.append(work_off(YEARS, partial(past.bookings, practice, rows)))
        done.append(work_off(YEARS, partial(past.mirror, practice, rows)))
        removed[YEARS] += past.files(practice)
    before = terms.days_before("koppeling", began)
    done.append(work_off("koppeling", partial(ledger.purging.token_chains, before, rows)))
    before = terms.days_before("mail", began)
    done.append(work_off("mail", partial(ledger.purging.mails, before, rows)))
    done.append(work_off("mail", partial(ledger.purging.outages, before, rows)))
    return Purged(+removed, all(done))

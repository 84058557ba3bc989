"""The mail of a night, as it is kept to be sent."""

from __future__ import annotations

from collections.abc import Sequence

from exact_online.ledger import Adjustment, Ledger, NightNumbers, Run
from exact_online.mails.nights import tell_night
from exact_online.mails.post import Post


def mail_of_night(
    ledger: Ledger, run: Run, numbers: NightNumbers | None = None, warnings: Sequence[Adjustment] = ()
) -> str:
    """Tell a night, as task `report` does; return the mail's HTML; nothing without one."""
    failures = ledger.outages.failures(run.practice, run.airflow_run_id)
    practice = ledger.practices.get(run.practice)
    tell_night(Post(ledger, has_support=True), practice, run.book_day, failures, numbers, warnings)
    rows = ledger.conn.execute("delete from mail returning html").fetchall()
    return "".join(row["html"] for row in rows)

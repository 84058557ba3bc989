"""Tells support of late nights, once however many there are.

All nights of an outage are late at the same minute: the first call mails about all of them, and the
others find that it was done.
"""

from __future__ import annotations

import datetime as dt

from exact_online.report.watch_items import compose_watch_items
from exact_online.tasks.connections import ledger_session
from exact_online.tasks.support_mail import send_to_support
from exact_online.watch_nights import NIGHT_REASONS, day_to_check, night_items


def tell_late_nights(now: dt.datetime) -> bool:
    """Mail support about the nights that did not end; return whether this call did.

    The watch (07:20) then has nothing new to tell of them. A mail that can't be sent stays due.
    """
    with ledger_session() as ledger:
        due = [item for item in night_items(ledger, now) if item.is_due]
        codes = sorted({code for item in due for code in item.codes})
        with ledger.transaction("tell late nights"):
            is_mine = bool(codes) and ledger.watch_reports.claim(codes, NIGHT_REASONS, day_to_check(now))
            if is_mine and not send_to_support(compose_watch_items(due, day_to_check(now))):
                ledger.watch_reports.give_back(codes, NIGHT_REASONS)
                return False
    return is_mine

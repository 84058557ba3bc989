"""Tells support of late nights, once however many there are."""

from __future__ import annotations

import datetime as dt

from exact_online.mails import fleet
from exact_online.tasks.connections import ledger_session
from exact_online.tasks.support_mail import deliver, post_of


def tell_late_nights(now: dt.datetime) -> bool:
    """Mail support about the nights that did not end; return whether this call made the mail.

    A mail that can't be sent is kept and goes later.
    """
    with ledger_session() as ledger:
        is_mine = fleet.tell_late_nights(post_of(ledger), now)
        deliver(ledger)
    return is_mine

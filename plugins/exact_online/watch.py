"""What the watch looks at once a day, over all active practices: what will stop their nights if nobody acts. Calls nothing of Exact.

A token chain that nobody uses dies after 30 days (FR-C7). It is not renewed from here: a consent that no practice uses should end, unless a
person wants it otherwise. Practices that are switched off have no nights that could stop, so nobody is warned about theirs.
"""

from __future__ import annotations

import datetime as dt

from exact_online.api.lists import KnownPeriods, load_periods
from exact_online.book_day import book_day
from exact_online.ledger import IdleChain, Ledger
from exact_online.readiness import covers
from exact_online.reasons import Reason
from exact_online.report.watch_items import WatchItem

UNUSED = dt.timedelta(days=20)
"""From this age on, a chain that nobody renewed is an attention item."""
DYING = dt.timedelta(days=27)
"""Three days are left: told once more, and red."""
DEAD = dt.timedelta(days=30)
"""Exact takes the refresh token no more."""
NOVEMBER, DECEMBER, MONDAY = 11, 12, 0


def watch_items(ledger: Ledger, day: dt.date) -> list[WatchItem]:
    """Everything that is known to be wrong soon. `day` is the watch's own, in Amsterdam."""
    return [*token_items(ledger), *year_items(ledger, day)]


# Tokens (B5).


def token_items(ledger: Ledger) -> list[WatchItem]:
    """Each chain that is dead, or unused for 20 days. Told at 20, 27 and 30 days, and when Exact said that it is dead: once each."""
    return [item_of(chain) for chain in ledger.tokens.idle(UNUSED)]


def item_of(chain: IdleChain) -> WatchItem:
    """Pure. The last day is the last whole one: the nights of the day after may be too late."""
    practices = ", ".join(chain.practices)
    if chain.state != "live":
        cause = {"practices": practices, "cause": chain.state_reason or "no reason kept"}
        return WatchItem(Reason.RECONNECT_NEEDED, cause, True, chain.told_at is None, chain.chain_id)
    reached = max(age for age in (UNUSED, DYING, DEAD) if chain.now - chain.issued_at >= age)
    last_day = book_day(chain.issued_at + DEAD) - dt.timedelta(days=1)
    return WatchItem(
        Reason.TOKEN_EXPIRED if reached == DEAD else Reason.TOKEN_UNUSED,
        {"practices": practices, "since": _dutch(book_day(chain.issued_at)), "last_day": _dutch(last_day)},
        is_urgent=reached >= DYING,
        is_due=chain.told_at is None or chain.told_at < chain.issued_at + reached,
        chain_id=chain.chain_id,
    )


# The next financial year (M19).


def year_items(ledger: Ledger, day: dt.date) -> list[WatchItem]:
    """Each practice whose next year is not in its division's lists as last read; from 1 November on, told on Mondays, in December daily."""
    if day.month < NOVEMBER:
        return []
    new_year = dt.date(day.year + 1, 1, 1)
    return [_missing_year(known, day) for known in load_periods(ledger.mirrors) if not covers(known.periods, new_year)]


def _missing_year(known: KnownPeriods, day: dt.date) -> WatchItem:
    names = {"practices": f"{known.name} ({known.practice})", "year": str(day.year + 1), "read_on": _dutch(book_day(known.read_at))}
    december = day.month == DECEMBER
    return WatchItem(Reason.FINANCIAL_YEAR_MISSING, names, is_urgent=december, is_due=december or day.weekday() == MONDAY)


def _dutch(day: dt.date) -> str:
    return f"{day:%d-%m-%Y}"

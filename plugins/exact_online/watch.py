"""The watch: finds, once a day, what will stop the nights of active practices if nobody acts.

It reads the ledger alone and does not call Exact.
A token chain that nobody uses expires after 30 days (FR-C7). The watch does not renew it: whether a
consent that no practice uses should continue is for people to decide. There are no warnings about
practices that are not active, because they have no nights.
"""

from __future__ import annotations

import datetime as dt

from exact_online.api.lists import KnownPeriods, load_periods
from exact_online.book_day import book_day
from exact_online.ledger import IdleChain, Ledger
from exact_online.readiness import covers
from exact_online.reason_codes import Reason
from exact_online.report.watch_items import WatchItem
from exact_online.watch_nights import copy_items, count_items, night_items
from exact_online.watch_open import open_items
from exact_online.watch_requirements import requirement_items

UNUSED = dt.timedelta(days=20)
"""A chain that was not renewed for this long is a watch item."""
EXPIRES_SOON = dt.timedelta(days=27)
"""Three days are left: it is urgent, and support is mailed once more."""
EXPIRED = dt.timedelta(days=30)
"""Exact rejects the refresh token from this age on."""
NOVEMBER, DECEMBER, MONDAY = 11, 12, 0


def watch_items(ledger: Ledger, now: dt.datetime) -> list[WatchItem]:
    """Return all that the watch finds at `now`."""
    return [
        *copy_items(ledger, now),
        *night_items(ledger, now),
        *token_items(ledger),
        *scope_items(ledger),
        *year_items(ledger, book_day(now)),
        *count_items(ledger, now),
        *requirement_items(ledger, now),
        *open_items(ledger, now),
    ]


# Tokens (B5).


def token_items(ledger: Ledger) -> list[WatchItem]:
    """Each chain that is dead, or unused for 20 days.

    Told at 20, 27 and 30 days, and when Exact said that it is dead: once each.
    """
    return [item_of(chain) for chain in ledger.tokens.idle(UNUSED)]


def item_of(chain: IdleChain) -> WatchItem:
    """Return the item of one chain. Pure.

    The last day that it names is the last whole day: a night on the day after may be too late.
    """
    practices, codes = ", ".join(chain.practices), tuple(chain.codes)
    if chain.state != "live":
        cause = {"practices": practices, "cause": chain.state_reason or "no reason kept"}
        return WatchItem(
            Reason.RECONNECT_NEEDED, cause, True, chain.reported_at is None, chain.chain_id, codes
        )
    reached = max(age for age in (UNUSED, EXPIRES_SOON, EXPIRED) if chain.now - chain.issued_at >= age)
    last_day = book_day(chain.issued_at + EXPIRED) - dt.timedelta(days=1)
    return WatchItem(
        Reason.TOKEN_EXPIRED if reached == EXPIRED else Reason.TOKEN_UNUSED,
        {"practices": practices, "since": _dutch(book_day(chain.issued_at)), "last_day": _dutch(last_day)},
        is_urgent=reached >= EXPIRES_SOON,
        is_due=chain.reported_at is None or chain.reported_at < chain.issued_at + reached,
        chain_id=chain.chain_id,
        codes=codes,
    )


def scope_items(ledger: Ledger) -> list[WatchItem]:
    """Return an item per scope that our app lacks at Exact: urgent, mailed once."""
    return [
        WatchItem(
            Reason.APP_SCOPE_MISSING,
            {"scope": open_scope.scope, "since": _dutch(book_day(open_scope.found_at))},
            is_urgent=True,
            is_due=open_scope.reported_at is None,
        )
        for open_scope in ledger.tokens.open_scopes()
    ]


# The next financial year (M19).


def year_items(ledger: Ledger, day: dt.date) -> list[WatchItem]:
    """Return an item for each practice that lacks its next financial year in Exact.

    There are none before 1 November. Support is mailed on Mondays in November, and every day in
    December. The periods are those that the practice's last night read from Exact.
    """
    if day.month < NOVEMBER:
        return []
    new_year = dt.date(day.year + 1, 1, 1)
    return [
        _missing_year(known, day)
        for known in load_periods(ledger.mirrors)
        if not covers(known.periods, new_year)
    ]


def _missing_year(known: KnownPeriods, day: dt.date) -> WatchItem:
    names = {
        "practices": f"{known.name} ({known.practice})",
        "year": str(day.year + 1),
        "read_on": _dutch(book_day(known.read_at)),
    }
    december = day.month == DECEMBER
    due = december or day.weekday() == MONDAY
    return WatchItem(
        Reason.FINANCIAL_YEAR_MISSING, names, is_urgent=december, is_due=due, codes=(known.practice,)
    )


def _dutch(day: dt.date) -> str:
    return f"{day:%d-%m-%Y}"

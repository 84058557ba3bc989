"""The mails of the morning: to practices and accountants, over all practices, and what is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from exact_online.book_day import AMSTERDAM, book_day
from exact_online.ledger.told import DueCause
from exact_online.mails.causes import MAX_CAUSES, CauseRow, all_causes, cause_rows, failure_row, label_of
from exact_online.mails.nights import tell_well_again, told_elsewhere
from exact_online.mails.outages import tell_over
from exact_online.mails.post import Post
from exact_online.mails.statements import tell_statements
from exact_online.mails.words import message
from exact_online.reason_codes import Reason
from exact_online.report.mail import Message
from exact_online.report.watch_items import WatchItem, addressed, compose_for, sentence_of
from exact_online.schedule import MORNING
from exact_online.watch import scope_items, token_items, watch_items
from exact_online.watch_nights import NIGHT_REASONS, day_to_check

A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class WarningWords:
    """Something that the watch found, in words."""

    sentence: str
    cure: str


def tell_morning(post: Post, now: dt.datetime) -> None:
    """Make the mails of the morning `now`, of what is due, and write down that it was told."""
    ledger, day = post.ledger, book_day(now)
    with ledger.transaction("tell outage over"):
        tell_over(post)
    with ledger.transaction("tell well again"):
        ledger.told.follow()
        for practice in ledger.told.well_again():
            tell_well_again(post, ledger.practices.get(practice), day)
    with ledger.transaction("tell watch"):
        due = _due(post, now)
        addresses = ledger.watch_reports.addresses()
        support, others = addressed(due, addresses)
        for (practice, whose), items in others.items():
            made = compose_for(whose, items, day)
            post.to(addresses[practice, whose], f"{whose}:{practice}:{day}", made, practice)
        if _tell_digest(post, support, day) and due:
            ledger.watch_reports.note_reported(day_to_check(now))
            ledger.tokens.note_reported([item.chain_id for item in due if item.chain_id])
            ledger.tokens.note_scopes_reported()
    with ledger.transaction("tell statements"):
        tell_statements(post, day)


def tell_late_nights(post: Post, now: dt.datetime) -> bool:
    """Make one mail about all nights that did not end by now; return whether this call did.

    All nights of an outage are late at the same minute: the first call tells all of them, the
    others find that it was done, and the digest has nothing new to tell of them.
    """
    if not post.has_support:
        return False
    due, day = [item for item in _due(post, now) if item.reason in NIGHT_REASONS], day_to_check(now)
    codes = sorted({code for item in due for code in item.codes})
    with post.ledger.transaction("tell late nights"):
        is_mine = bool(codes) and post.ledger.watch_reports.claim(codes, NIGHT_REASONS, day)
        if is_mine:
            post.to_support(f"late:{day}:{codes[0]}", _digest(post, due, [], day))
    return is_mine


def tell_links(post: Post, now: dt.datetime) -> None:
    """Make one mail about links that broke, and scopes that turned out to be missing, by day.

    Once each, whatever many runs fail by it. Those of a night wait for the digest of its morning,
    which tells them with the rest; what was told here is no news to the next digest.
    """
    if now.astimezone(AMSTERDAM).time() < MORNING or not post.has_support:
        return
    tokens, day = post.ledger.tokens, book_day(now)
    with post.ledger.transaction("tell links"):
        found = [item for item in token_items(post.ledger) if item.reason is Reason.RECONNECT_NEEDED]
        mine = tokens.claim([item.chain_id for item in found if item.chain_id])
        scopes = tokens.note_scopes_reported()
        due = [item for item in found if item.chain_id in mine]
        due += [item for item in scope_items(post.ledger) if item.values["scope"] in scopes]
        addresses = post.ledger.watch_reports.addresses()
        support, others = addressed(due, addresses)
        for (practice, whose), items in others.items():
            made = compose_for(whose, items, day)
            post.to(addresses[practice, whose], f"link:{whose}:{practice}:{now.isoformat()}", made, practice)
        if support:
            post.to_support(f"link:{now.isoformat()}", _digest(post, support, [], day))


def _due(post: Post, now: dt.datetime) -> list[WatchItem]:
    """What the watch found and is to be told: nights that an outage kept back were told by it."""
    kept_back = set(post.ledger.outages.practices(now - A_DAY))
    return [
        item
        for item in watch_items(post.ledger, now)
        if item.is_due and not (item.reason in NIGHT_REASONS and kept_back >= set(item.codes))
    ]


def _tell_digest(post: Post, items: Sequence[WatchItem], day: dt.date) -> bool:
    """Make the digest, if there is anything to tell; return False when its warnings were not told.

    What is open for long is among the open causes, and was in the mail of the practice's night.
    """
    told = post.ledger.told
    warnings = [item for item in items if item.reason is not Reason.OPEN_FOR_LONG]
    due = told.due(day, told_elsewhere(), is_digest=True)
    if not (warnings or due):
        return True
    is_kept = post.to_support(f"digest:{day}", _digest(post, warnings, due, day))
    if is_kept and due:
        told.note_digest(day)
    return is_kept or not warnings


def _digest(post: Post, items: Sequence[WatchItem], due: Sequence[DueCause], day: dt.date) -> Message:
    warnings = [WarningWords(*sentence_of(item)) for item in items]
    if not due:
        return message("digest", warnings=warnings, day=day, has_open=False)
    causes, failures = all_causes(post.ledger), _failure_rows(post, due)
    return message(
        "digest",
        warnings=warnings,
        day=day,
        has_open=True,
        causes=len(causes) + len(failures),
        totals=post.ledger.told.totals(),
        records=sum(cause.records for cause in causes if not cause.is_practice),
        cents=sum(cause.cents for cause in causes),
        rows=[*failures, *cause_rows(post, causes, due)],
        more=max(len(causes) - MAX_CAUSES, 0),
        page=post.page("open-items"),
    )


def _failure_rows(post: Post, due: Sequence[DueCause]) -> list[CauseRow]:
    rows = []
    for failure in post.ledger.told.failures():
        same = [each for each in due if each.cause_id == failure.code]
        new, days = sum(each.new_records for each in same), max([each.days or 0 for each in same], default=0)
        label = label_of(new, failure.practices, days)
        row = failure_row(post, failure.code, failure.code_values or {}, "", label, failure.since)
        rows.append(replace(row, practices=failure.practices, practice_name=failure.practice_name))
    return rows

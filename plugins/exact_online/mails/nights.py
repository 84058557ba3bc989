"""The mail of a practice's night: one at most, and only when something is new or reached an age."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache

from exact_online import reasons
from exact_online.dutch import dutch_amount
from exact_online.ledger import Adjustment, NightNumbers, Practice
from exact_online.ledger.outages import NightFailure
from exact_online.ledger.told import DueCause
from exact_online.mails.causes import (
    MAX_CAUSES,
    CauseRow,
    all_causes,
    cause_rows,
    failure_row,
    label_of,
)
from exact_online.mails.post import Post
from exact_online.mails.words import message
from exact_online.reason_codes import Reason
from exact_online.report.mail import Message
from exact_online.report.sentences import closed_periods_sentence, warning_sentence
from exact_online.stops import Stop

WHICH_ARE_CLOSED = "Het werkboek noemt ze op blad 'Gesloten perioden'. Dit wordt een keer gemeld."


@cache
def told_elsewhere() -> frozenset[str]:
    """Return the codes that stop many practices at once: the watch, or one mail of an outage,
    tells them.
    """
    shared = {stop for stop, entry in reasons.stops().items() if entry.shared}
    links = {Reason.RECONNECT_NEEDED, Reason.APP_SCOPE_MISSING, Stop.LINK_BROKEN, Stop.SCOPE_MISSING}
    nights = {Reason.NIGHT_MISSING, Reason.NIGHT_UNFINISHED}
    return frozenset(str(code) for code in shared | links | nights)


def night_key(practice: str, day: dt.date) -> str:
    """Return what a night's mail is called: there is one per practice and book day."""
    return f"night:{practice}:{day}"


def tell_night(
    post: Post,
    practice: Practice,
    day: dt.date,
    failures: Sequence[NightFailure],
    numbers: NightNumbers | None = None,
    warnings: Sequence[Adjustment] = (),
) -> None:
    """Make the mail about a night of book day `day`, if there is anything to tell.

    `failures`: by what its steps failed; `warnings`: what this night was the first to find odd.
    What it handed over within closed periods is told too: its import waits for a person.
    Makes the mail that all is well again instead, once, when nothing is open any more.
    """
    told = post.ledger.told
    own = [
        NightFailure(failure.task, [[code, values]], failure.noted_at)
        for failure in failures
        for code, values in failure.problems
        if str(code) not in told_elsewhere()
    ]
    with post.ledger.transaction("tell night"):
        told.follow(practice.code, [_code(failure) for failure in own])
        due = told.due(day, told_elsewhere(), practice.code)
        if due or warnings or (numbers and numbers.exported_closed):
            made = night_message(post, practice, day, own, due, numbers, warnings)
            is_new = post.to_support(night_key(practice.code, day), made, practice.code)
            if is_new and due:  # of warnings and closed periods nothing is open afterwards
                told.note_mailed(practice.code, day)
        elif not failures and told.well_again(practice.code):
            tell_well_again(post, practice, day)


def tell_well_again(post: Post, practice: Practice, day: dt.date) -> None:
    """Make the mail that nothing of a practice is open any more, after a mail that it was."""
    page = post.page(f"practices/{practice.code}")
    made = message("well_again", practice=practice, day=day, page=page)
    post.to_support(f"well:{practice.code}:{day}", made, practice.code)


def _code(failure: NightFailure) -> str:
    return str(failure.problems[0][0])


def night_message(
    post: Post,
    practice: Practice,
    day: dt.date,
    failures: Sequence[NightFailure],
    due: Sequence[DueCause],
    numbers: NightNumbers | None,
    warnings: Sequence[Adjustment],
) -> Message:
    """Return the mail about a night: all that is open, what of it is `due` to be told first."""
    causes = all_causes(post.ledger, practice.code)
    of_practice = {cause.reason for cause in causes if cause.is_practice}
    others = [failure for failure in failures if _code(failure) not in of_practice]
    sentences = [warning_sentence(warning) for warning in warnings]
    return message(
        "night",
        practice=practice,
        day=day,
        page=post.page(f"practices/{practice.code}"),
        numbers=numbers,
        records=sum(cause.records for cause in causes if not cause.is_practice),
        cents=sum(cause.cents for cause in causes),
        rows=[*_failure_rows(post, others, due), *cause_rows(post, causes, due, practice.code)],
        more=max(len(causes) - MAX_CAUSES, 0),
        asides=_asides(numbers),
        warnings=sentences[:MAX_CAUSES],
        more_warnings=max(len(sentences) - MAX_CAUSES, 0),
    )


def _asides(numbers: NightNumbers | None) -> list[str]:
    """What a person closed, which is not open, and what the accountant can't import as it is."""
    found = []
    if numbers and numbers.closed_cents:
        amount = dutch_amount(numbers.closed_cents)
        found.append(f"Gesloten, dus op iemands woord niet geboekt: {amount} euro. Dat telt niet als open.")
    if numbers and numbers.exported_closed:
        found.append(f"{closed_periods_sentence(numbers.exported_closed)} {WHICH_ARE_CLOSED}")
    return found


def _failure_rows(post: Post, failures: Sequence[NightFailure], due: Sequence[DueCause]) -> list[CauseRow]:
    told = {each.cause_id: each for each in due}
    rows = []
    for failure in failures:
        ((code, values),) = failure.problems
        found = told.get(code)
        label = label_of(found.new_records, 1, found.days or 0) if found else ""
        rows.append(failure_row(post, code, values, failure.task, label, failure.noted_at))
    return rows

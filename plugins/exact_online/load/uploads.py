"""Sends history in uploads of many entries (docs/reliability.md, "Uploads of many entries").

Claim all, commit, call, read, and only then call anything booked. What a message rejects is
rejected; whatever else happened, Exact is read, and what it does not show is doubtful.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from exact_online.api.answers import Answer, AnswerKind, is_in_use
from exact_online.api.client import UPLOAD
from exact_online.api.lookups import ExactEntry
from exact_online.api.relations import fetch_relations
from exact_online.api.xml_answers import DONE, ERRORS, WARNING, Message
from exact_online.exact_words import reason_of_message
from exact_online.failures import AccessDenied, LinkFailure, LockLost, QueryRejected
from exact_online.ledger import Batch, Booking
from exact_online.ledger.uploads import Upload, UploadOutcome
from exact_online.load.entries import judge
from exact_online.load.entry_lists import FEW, Found, read_by_number
from exact_online.load.gl_transactions import TOPIC, Transaction, document, transaction
from exact_online.load.outcome import Booked, Outcome, Rejected, Unknown
from exact_online.load.queue import CHECK_CALLS, MAX_ALIKE, OF_ONE_RECORD
from exact_online.load.sending import NOT_EXECUTED, write_down
from exact_online.load.session import LoadSession
from exact_online.load.upload_check import tell_whether_they_work, uploads_work
from exact_online.vocabulary import BookingKind, Turn

FIRST_ENTRIES = 10
"""The first upload of a run is small: what is wrong with all of them shows there."""
MOST_ENTRIES = 500
"""Entries of one upload: about 1 MB of the 10 that Exact takes, and far less than the three minutes
after which it ends one."""

log = logging.getLogger(__name__)


def upload_planned(load: LoadSession, batch: Batch) -> int:
    """Send what of a batch of history can go in uploads; return how many were claimed.

    The rest stays planned, for `send_planned`: too few to be worth it, without a code that Exact
    knows, or all when uploads are off. Raises as `send`.
    """
    if not load.uploads or batch.kind == BookingKind.DEBTOR or batch.turn != Turn.HISTORY:
        return 0
    sent = 0
    queue = load.ledger.bookings.to_send(load.run, batch)
    if len(queue) <= FEW or not uploads_work(load):
        return 0
    for group in _groups(_transactions(load, queue)):
        at = 0
        while len(group) - at > FEW and uploads_work(load):
            part = group[at : at + _size(load)]
            at += len(part)
            with load.exact.leaving(CHECK_CALLS):
                claimed, rejected = _send(load, part)
            sent += claimed
            if rejected and _all_alike(load, batch, rejected):
                return sent
    return sent


def _size(load: LoadSession) -> int:
    return MOST_ENTRIES if load.ledger.uploads.standing(load.run).was_read_back else FIRST_ENTRIES


def _transactions(load: LoadSession, bookings: Sequence[Booking]) -> list[Transaction]:
    """The entries that can go in an upload: their relation has a code that was read in Exact."""
    relations = {booking.relation_id for booking in bookings if booking.relation_id}
    codes = _codes(load, sorted(relations))
    made = [
        transaction(booking, codes[booking.relation_id.lower()], load.lists)
        for booking in bookings
        if booking.relation_id and booking.relation_id.lower() in codes and booking.entry_number
    ]
    return [each for each in made if each is not None]


def _codes(load: LoadSession, relation_ids: Sequence[str]) -> Mapping[str, str]:
    """Those made a moment ago were not read yet: Exact may have given them another code."""
    uploads, practice = load.ledger.uploads, load.run.practice
    codes = uploads.relation_codes(practice, relation_ids)
    if len(codes) == len(relation_ids):
        return codes
    mirrors = load.ledger.mirrors
    mirrors.save_relations(practice, fetch_relations(load.exact, mirrors.relation_cursors(practice)))
    return uploads.relation_codes(practice, relation_ids)


def _groups(transactions: Sequence[Transaction]) -> Iterator[list[Transaction]]:
    """A journal and year at a time: within them a number names one entry."""
    groups: dict[tuple[str | None, int | None], list[Transaction]] = defaultdict(list)
    for each in transactions:
        groups[each.booking.journal, each.booking.financial_year].append(each)
    for group in groups.values():
        yield sorted(group, key=lambda each: each.booking.entry_number or 0)


# One upload.


def _send(load: LoadSession, part: Sequence[Transaction]) -> tuple[int, Rejected | None]:
    """Return how many were claimed, and the last rejection of one."""
    load.exact.make_ready(UPLOAD)
    upload = load.ledger.uploads.claim(load.run, [each.booking for each in part], load.worker)
    if upload is None:
        return 0, None
    claimed = {booking.booking_id for booking in upload.bookings}
    body = document(each for each in part if each.booking.booking_id in claimed)
    taken_before = load.exact.writes_taken
    try:
        answer = load.exact.upload(TOPIC, body, guard=lambda: load.ledger.check_holds(load.run.practice))
    except NOT_EXECUTED as failure:
        is_denied = isinstance(failure, AccessDenied)
        outcome = UploadOutcome.DENIED if is_denied else UploadOutcome.NOT_SENT
        reached = load.exact.writes_taken > taken_before
        load.ledger.uploads.unclaim(load.run, upload, outcome, reached_exact=reached)
        if not is_denied:
            raise
        log.warning("Exact takes no upload: %s", failure)
        tell_whether_they_work(load)
        return 0, None
    return len(upload.bookings), _write_down_answer(load, upload, answer)


def _write_down_answer(load: LoadSession, upload: Upload, answer: Answer) -> Rejected | None:
    """Return the last rejection of an entry, if there is one."""
    if answer.kind is not AnswerKind.DONE:
        load.ledger.uploads.doubt(load.run, upload, UploadOutcome.LOST, answer.cause)
        log.warning("The answer to an upload of %s was lost (%s).", len(upload.bookings), answer.cause)
        tell_whether_they_work(load)
        return None
    messages = _by_number(answer.document)
    rejected = {
        booking.booking_id: outcome
        for booking in upload.bookings
        if (outcome := _rejection(messages.get(booking.entry_number or 0, ())))
    }
    for booking in upload.bookings:
        if outcome := rejected.get(booking.booking_id):
            write_down(load, booking, outcome)
    left = [booking for booking in upload.bookings if booking.booking_id not in rejected]
    _read_back(load, upload, left, _made(messages))
    return next(reversed(rejected.values()), None)


def _by_number(messages: Sequence[Message]) -> Mapping[int, Sequence[Message]]:
    """By the number that each names, whatever their order; one that names none says nothing."""
    named: dict[int, list[Message]] = defaultdict(list)
    for message in messages:
        if message.number is not None and message.kind != WARNING:
            named[message.number].append(message)
    return named


def _rejection(messages: Sequence[Message]) -> Rejected | None:
    """None unless all that is said of an element is that it was not executed, in Exact's words.

    What says that a number is in use says that something stands there: that is read first.
    """
    if not messages or any(each.kind not in ERRORS or not each.text for each in messages):
        return None
    text = "\r\n".join(each.text for each in messages)
    return None if is_in_use(text) else Rejected(reason_of_message(text), {}, text)


def _made(messages: Mapping[int, Sequence[Message]]) -> frozenset[str]:
    """The ids that Exact says it made."""
    every = (each for named in messages.values() for each in named)
    return frozenset(each.exact_id for each in every if each.kind == DONE and each.exact_id)


# Reading back.


def _read_back(load: LoadSession, upload: Upload, left: Sequence[Booking], made: frozenset[str]) -> None:
    """Write down what Exact has of an upload. What it does not show, or what can't be read now, is
    doubtful, whatever the answer said of it.
    """
    why = "Exact does not show it yet"
    found: Found = {}
    try:
        found = read_by_number(load, left) if left else {}
    except QueryRejected as rejection:
        why = f"Exact can't be read about it ({rejection})"
    except LockLost:
        raise
    except LinkFailure:
        load.ledger.uploads.doubt(load.run, upload, UploadOutcome.ANSWERED, "not read back yet")
        raise
    unusual = _write_down_found(load, left, found, made)
    load.ledger.uploads.doubt(load.run, upload, UploadOutcome.ANSWERED, why)
    for booking, outcome in unusual:
        write_down(load, booking, outcome)
    counts = len(upload.bookings), len(left), sum(map(bool, found.values()))
    log.info("An upload of %s: %s not rejected, %s of them shown.", *counts)


def _write_down_found(
    load: LoadSession, left: Sequence[Booking], found: Found, made: frozenset[str]
) -> list[tuple[Booking, Outcome]]:
    """Write down what was found, and return what may stop the practice: that goes last."""
    unusual: list[tuple[Booking, Outcome]] = []
    for booking in left:
        entries = found.get(booking.booking_id)
        if not entries:
            continue
        outcome = _with_other_total(booking, judge(load, booking, list(entries)), entries, made)
        if isinstance(outcome, Booked) and (outcome.other_cents, outcome.other_number) != (None, None):
            unusual.append((booking, outcome))
        elif not isinstance(outcome, Unknown):
            write_down(load, booking, outcome)
    return unusual


def _with_other_total(
    booking: Booking, outcome: Outcome, entries: Sequence[ExactEntry], made: frozenset[str]
) -> Outcome:
    """An entry that Exact says it made of ours, with another total, stops the practice as one
    that went alone does.
    """
    ours = next((each for each in entries if each.entry_id.lower() in made and each.accounts), None)
    if ours is None or isinstance(outcome, Booked | Unknown) or ours.total_cents is None:
        return outcome
    is_other = ours.total_cents != booking.total_cents
    return Booked(ours.entry_id, other_cents=ours.total_cents) if is_other else outcome


def _all_alike(load: LoadSession, batch: Batch, last: Rejected) -> bool:
    """Hold the rest of a batch when Exact rejects all for one cause, as `send_planned` does."""
    if last.reason in OF_ONE_RECORD or not load.ledger.bookings.are_rejected_alike(
        load.run, batch, MAX_ALIKE
    ):
        return False
    load.ledger.bookings.hold_alike(load.run, batch, last.reason)
    log.warning("Exact rejects all for one cause: the rest of this batch is not sent.")
    return True

"""Debtors: a relation, for a patient its main contact, for direct debit its bank account (M2, M14).

One debtor is up to four calls. Each step that is done is written down at once (`relation` in the
ledger), so that whoever goes on after a crash does only the steps that are left. A relation that
is not ours is never changed (M15).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from exact_online.api.answers import Answer, AnswerKind
from exact_online.failures import QueryRejected
from exact_online.ledger import Booking, DebtorDocument
from exact_online.load.clashes import clash
from exact_online.load.debtor_parts import (
    ACCOUNTS,
    BANK_ACCOUNTS,
    CONTACTS,
    Record,
    differing_fields,
    find_relation,
    is_what_we_sent,
    looks_like_ours,
    with_parts_in_exact,
)
from exact_online.load.outcome import Booked, Outcome, Rejected, Unknown, failed_outcome, rejected_by_exact
from exact_online.load.persons import is_other_person
from exact_online.load.session import LoadSession
from exact_online.reason_codes import Reason

NOTHING_SENT = DebtorDocument({}, None, None)


@dataclass(frozen=True)
class Debtor:
    """A debtor on its way: the booking, what it should look like,
    and which parts are in Exact by now.
    """

    booking: Booking
    wanted: DebtorDocument
    before: DebtorDocument
    """What was last sent and confirmed; `NOTHING_SENT` when nothing was."""


def send_debtor(load: LoadSession, booking: Booking) -> Outcome:
    """Create the debtor in Exact, or change what differs from what was last sent;
    return what came of it.

    The code of a relation is never changed. Raises what stops the practice.
    """
    wanted = DebtorDocument.from_payload(booking.payload)
    debtor = Debtor(booking, wanted, load.ledger.relations.last_sent(booking) or NOTHING_SENT)
    if booking.relation_id is None:
        return clash(load, booking, wanted) or _create(load, debtor)
    return _change(load, debtor)


def adopt_found_parts(load: LoadSession, booking: Booking) -> bool:
    """After a lost answer: write down which parts of the debtor Exact has; when it has all,
    plan the rest.

    Returns False when a part is absent: that must be seen twice before it is sent again,
    for Exact would take it twice.
    """
    wanted = DebtorDocument.from_payload(booking.payload)
    row = find_relation(load, booking, wanted.account)
    if row is None:
        return False
    is_known = str(row["ID"]).lower() == str(booking.relation_id).lower()
    if not (is_known or looks_like_ours(row, wanted.account)):
        load.ledger.bookings.reject(load.run, booking, Reason.NUMBER_CLASH, {"debtor": booking.debtor_number})
        return True
    load.ledger.relations.keep(booking, str(row["ID"]))
    if not is_known:
        booking = replace(booking, relation_id=str(row["ID"]), contact_id=None, bank_account_id=None)
    there = with_parts_in_exact(load, booking, wanted)
    if (wanted.contact and not there.contact_id) or (wanted.bank_account and not there.bank_account_id):
        return False
    load.ledger.bookings.release_continued(load.run, booking)
    return True


# The relation.


def _create(load: LoadSession, debtor: Debtor) -> Outcome:
    answer = _post(load, debtor, ACCOUNTS, debtor.wanted.account)
    if answer.kind is AnswerKind.IN_USE:
        return _owner_of_code(load, debtor, answer)
    if outcome := failed_outcome(answer):
        return outcome
    assert answer.exact_id is not None
    load.ledger.relations.keep(debtor.booking, answer.exact_id)
    return _parts(load, _with_relation(debtor, answer.exact_id))


def _owner_of_code(load: LoadSession, debtor: Debtor, answer: Answer) -> Outcome:
    """Exact says that the code exists: by an earlier call of ours whose answer was lost, by this
    one, which was executed twice, or somebody else's.

    While Exact does not take the question that tells, nobody knows (FR-B17).
    """
    try:
        row = find_relation(load, debtor.booking, debtor.wanted.account)
    except QueryRejected as rejection:
        return Unknown(f"Exact says the relation exists; {rejection}")
    if row is None:
        return Unknown(f"Exact says the relation exists and does not show it ({answer.cause})")
    is_ours = looks_like_ours if debtor.booking.attempt > 1 else is_what_we_sent
    if is_ours(row, debtor.wanted.account):
        load.ledger.relations.keep(debtor.booking, str(row["ID"]))
        return _change(load, _with_relation(debtor, str(row["ID"])))
    return Rejected(Reason.NUMBER_CLASH, message=answer.message)


def _change(load: LoadSession, debtor: Debtor) -> Outcome:
    """Send the fields that differ from what was last sent;
    a field that we don't own stays as it is in Exact (FR-F7).
    """
    if _is_somebody_else(debtor) and not load.ledger.relations.is_same_person(debtor.booking):
        return Rejected(Reason.DEBTOR_IDENTITY_CHANGED)
    relation_id = _relation_id(debtor)
    changed = differing_fields(debtor.wanted.account, debtor.before.account or None)
    if changed:
        answer = load.exact.put(ACCOUNTS, relation_id, changed, guard=_guard(load, debtor))
        if outcome := _unless_changed(answer):
            return outcome
    return _parts(load, _with_unknown_parts(load, debtor))


def _with_unknown_parts(load: LoadSession, debtor: Debtor) -> Debtor:
    """The debtor with the parts that Exact may have and the ledger does not know.

    It was never confirmed, or a part of it was removed in Exact; what is found is sent whole.
    """
    booking, before = debtor.booking, debtor.before
    lost_contact = before.contact is not None and booking.contact_id is None
    lost_bank_account = before.bank_account is not None and booking.bank_account_id is None
    if before.account and not (lost_contact or lost_bank_account):
        return debtor
    before = replace(
        before,
        contact=None if lost_contact else before.contact,
        bank_account=None if lost_bank_account else before.bank_account,
    )
    return replace(debtor, booking=with_parts_in_exact(load, booking, debtor.wanted), before=before)


def _is_somebody_else(debtor: Debtor) -> bool:
    """A number that James gave to another patient (FR-F5)."""
    before, now = debtor.before.contact, debtor.wanted.contact
    return before is not None and now is not None and is_other_person(before, now)


# Its contact and its bank account.


def _parts(load: LoadSession, debtor: Debtor) -> Outcome:
    return _contact(load, debtor) or _bank_account(load, debtor) or Booked(_relation_id(debtor))


def _contact(load: LoadSession, debtor: Debtor) -> Outcome | None:
    """None when there is nothing (left) to do.

    A contact that was never confirmed is made the main one (again).
    """
    if debtor.wanted.contact is None:
        return None
    contact_id, before = debtor.booking.contact_id, debtor.before.contact
    if contact_id is None:
        return _new_contact(load, debtor, debtor.wanted.contact)
    outcome = _change_part(load, debtor, CONTACTS, contact_id, debtor.wanted.contact, before)
    return outcome or (_made_main(load, debtor, contact_id) if before is None else None)


def _new_contact(load: LoadSession, debtor: Debtor, contact: Record) -> Outcome | None:
    answer = _post(load, debtor, CONTACTS, contact)
    if answer.kind is not AnswerKind.DONE:
        return failed_outcome(answer) or rejected_by_exact(answer)
    assert answer.exact_id is not None
    load.ledger.relations.keep(debtor.booking, _relation_id(debtor), contact_id=answer.exact_id)
    return (
        None
        if (answer.entity or {}).get("IsMainContact") is True
        else _made_main(load, debtor, answer.exact_id)
    )


def _made_main(load: LoadSession, debtor: Debtor, contact_id: str) -> Outcome | None:
    """The relation was made a moment ago:
    that Exact does not know it means that it does not show it yet (FR-B18).
    """
    answer = load.exact.put(
        ACCOUNTS, _relation_id(debtor), {"MainContact": contact_id}, guard=_guard(load, debtor)
    )
    return (
        Unknown("Exact does not show the relation yet")
        if answer.kind is AnswerKind.GONE
        else _unless_changed(answer)
    )


def _bank_account(load: LoadSession, debtor: Debtor) -> Outcome | None:
    """None when there is nothing (left) to do."""
    if debtor.wanted.bank_account is None:
        return None
    if debtor.booking.bank_account_id is not None:
        before = debtor.before.bank_account
        return _change_part(
            load, debtor, BANK_ACCOUNTS, debtor.booking.bank_account_id, debtor.wanted.bank_account, before
        )
    answer = _post(load, debtor, BANK_ACCOUNTS, debtor.wanted.bank_account)
    if answer.kind is not AnswerKind.DONE:
        return failed_outcome(answer) or rejected_by_exact(answer)
    assert answer.exact_id is not None
    load.ledger.relations.keep(debtor.booking, _relation_id(debtor), bank_account_id=answer.exact_id)
    return None


# Calls.


def _post(load: LoadSession, debtor: Debtor, path: str, document: Record) -> Answer:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    if debtor.booking.relation_id is not None:
        text = text.replace('"@relation"', json.dumps(debtor.booking.relation_id))
    return load.exact.post(path, text, guard=_guard(load, debtor))


def _change_part(
    load: LoadSession, debtor: Debtor, path: str, key: str, document: Record, before: Record | None
) -> Outcome | None:
    changed = differing_fields(document, before)
    if not changed:
        return None
    answer = load.exact.put(path, key, changed, guard=_guard(load, debtor))
    if answer.kind is AnswerKind.GONE:
        load.ledger.relations.forget_part(debtor.booking, key)
    return _unless_changed(answer)


def _guard(load: LoadSession, debtor: Debtor) -> Any:
    return lambda: load.ledger.check_holds(debtor.booking.practice)


def _unless_changed(answer: Answer) -> Outcome | None:
    """A change may be repeated without harm, so one whose answer was lost is only unknown,
    like all else.
    """
    if answer.kind is AnswerKind.GONE:
        return Rejected(Reason.RELATION_GONE)
    return failed_outcome(answer) or (rejected_by_exact(answer) if answer.kind is AnswerKind.IN_USE else None)


def _with_relation(debtor: Debtor, relation_id: str) -> Debtor:
    return replace(debtor, booking=replace(debtor.booking, relation_id=relation_id))


def _relation_id(debtor: Debtor) -> str:
    assert debtor.booking.relation_id is not None
    return debtor.booking.relation_id

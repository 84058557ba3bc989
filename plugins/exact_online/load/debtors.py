"""Debtors: a relation, for a patient its main contact, for direct debit its bank account (M2, M14).

One debtor is up to four calls. Each step that is done is written down at once (`relation` in the
ledger), so that whoever goes on after a crash does only the steps that are left. A relation that
is not ours is never changed (M15).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from exact_online.api import odata
from exact_online.api.answers import Answer, AnswerKind
from exact_online.failures import QueryRejected
from exact_online.ledger import Booking, DebtorDocument, TakenRelation
from exact_online.load.debtor_parts import BANK_ACCOUNTS, CONTACTS, with_parts_in_exact
from exact_online.load.outcome import Booked, Outcome, Rejected, Unknown, failed_outcome, rejected_by_exact
from exact_online.load.session import LoadSession
from exact_online.reasons import Reason

ACCOUNTS = "crm/Accounts"
RELATION_FIELDS = ("ID", "Code", "Name", "Postcode", "Status", "IsSupplier", "MainContact")
CUSTOMER = "C"

Record = Mapping[str, Any]
"""A record as it is sent to Exact, in Exact's own property names."""

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
        return _clash(load, debtor) or _create(load, debtor)
    return _change(load, debtor)


def adopt_found_parts(load: LoadSession, booking: Booking) -> bool:
    """After a lost answer: write down which parts of the debtor Exact has; when it has all,
    plan the rest.

    Returns False when a part is absent: that must be seen twice before it is sent again,
    for Exact would take it twice.
    """
    row = _relation_by_code(load, booking)
    if row is None:
        return False
    wanted = DebtorDocument.from_payload(booking.payload)
    if booking.relation_id is None and not _looks_like_ours(row, wanted.account):
        load.ledger.bookings.reject(load.run, booking, Reason.NUMBER_CLASH, {"debtor": booking.debtor_number})
        return True
    relation_id = str(row["ID"])
    contact_id, bank_account_id = (
        _only_id(load, CONTACTS, relation_id),
        _only_id(load, BANK_ACCOUNTS, relation_id),
    )
    load.ledger.relations.keep(booking, relation_id, contact_id, bank_account_id)
    if (wanted.contact and not contact_id) or (wanted.bank_account and not bank_account_id):
        return False
    load.ledger.bookings.release_continued(load.run, booking)
    return True


# The relation.


def _clash(load: LoadSession, debtor: Debtor) -> Rejected | None:
    """Does a relation that is not ours bear this number? (M15)"""
    booking = debtor.booking
    for there in load.ledger.relations.with_code(booking.practice, booking.debtor_number):
        if there.our_debtor_number is None:
            return Rejected(_kind_of_clash(there, debtor.wanted.account))
    return None


def _kind_of_clash(there: TakenRelation, account: Record) -> Reason:
    """A relation with our name and postcode may be ours from before the link: made a customer, a
    person says so once (M15). Any other is somebody else's: to make it a customer cures nothing.
    """
    alike = there.name == account["Name"] and (there.postcode or "") == account.get("Postcode", "")
    if not alike:
        return Reason.NUMBER_CLASH
    return Reason.RELATION_TO_CONFIRM if there.status == CUSTOMER else Reason.RELATION_NOT_CUSTOMER


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
    """Exact says that the code exists: by an earlier call of ours whose answer was lost,
    or somebody else's.

    While Exact does not take the question that tells, nobody knows (FR-B17).
    """
    try:
        row = _relation_by_code(load, debtor.booking)
    except QueryRejected as rejection:
        return Unknown(f"Exact says the relation exists; {rejection}")
    if row is None:
        return Unknown(f"Exact says the relation exists and does not show it ({answer.cause})")
    if debtor.booking.attempt > 1 and _looks_like_ours(row, debtor.wanted.account):
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
    changed = _differing(debtor.wanted.account, debtor.before.account or None)
    if changed:
        answer = load.exact.put(ACCOUNTS, relation_id, changed, guard=_guard(load, debtor))
        if answer.kind is AnswerKind.GONE:
            return Rejected(Reason.RELATION_GONE)
        if outcome := _unless_changed(answer):
            return outcome
    if not debtor.before.account:  # ours, and never confirmed: Exact may have more of it than we know
        debtor = replace(debtor, booking=with_parts_in_exact(load, debtor.booking, debtor.wanted))
    return _parts(load, debtor)


def _is_somebody_else(debtor: Debtor) -> bool:
    """A number that James gave to another patient: people change their last name or how they are
    called, not both at once (FR-F5).
    """
    before, now = debtor.before.contact, debtor.wanted.contact
    if not before or not now:
        return False
    return before.get("LastName") != now.get("LastName") and all(
        before.get(name) != now.get(name) for name in ("Initials", "FirstName")
    )


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
    changed = _differing(document, before)
    return (
        _unless_changed(load.exact.put(path, key, changed, guard=_guard(load, debtor))) if changed else None
    )


def _guard(load: LoadSession, debtor: Debtor) -> Any:
    return lambda: load.ledger.check_holds(debtor.booking.practice)


def _unless_changed(answer: Answer) -> Outcome | None:
    """A change may be repeated without harm, so one whose answer was lost is only unknown,
    like all else.
    """
    if answer.kind is AnswerKind.GONE:
        return Rejected(Reason.RELATION_GONE)
    return failed_outcome(answer) or (rejected_by_exact(answer) if answer.kind is AnswerKind.IN_USE else None)


# Reading and comparing.


def _relation_by_code(load: LoadSession, booking: Booking) -> odata.Row | None:
    where = f"Code eq {odata.relation_code(booking.debtor_number)}"
    return next(iter(load.exact.get_all(ACCOUNTS, RELATION_FIELDS, where=where)), None)


def _only_id(load: LoadSession, path: str, relation_id: str) -> str | None:
    """The contact or bank account that we made for a relation of ours: its only one."""
    rows = list(load.exact.get_all(path, ("ID",), where=f"Account eq {odata.guid(relation_id)}"))
    return str(rows[0]["ID"]) if rows else None


def _looks_like_ours(row: odata.Row, account: Mapping[str, Any]) -> bool:
    """Same code (asked for), same name and postcode, and a customer that is no supplier."""
    same = all(
        str(row.get(field) or "").strip() == str(account.get(field) or "").strip()
        for field in ("Name", "Postcode")
    )
    return same and str(row.get("Status") or "").strip() == CUSTOMER and not row.get("IsSupplier")


def _differing(wanted: Record, before: Record | None) -> Record:
    """Fields to send: new or other than before; one that is empty now is emptied.

    Never code or owner.
    """
    fixed = {"Code", "Account"}
    changed = {name: value for name, value in wanted.items() if before is None or before.get(name) != value}
    emptied = {name: None for name in before or {} if name not in wanted}
    return {name: value for name, value in {**changed, **emptied}.items() if name not in fixed}


def _with_relation(debtor: Debtor, relation_id: str) -> Debtor:
    return replace(debtor, booking=replace(debtor.booking, relation_id=relation_id))


def _relation_id(debtor: Debtor) -> str:
    assert debtor.booking.relation_id is not None
    return debtor.booking.relation_id

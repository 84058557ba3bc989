"""Is there a relation in Exact already that has a debtor's number, or may be the debtor itself?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exact_online.ledger import Booking, DebtorDocument, TakenRelation
from exact_online.ledger.matches import MatchOfDebtor
from exact_online.load.debtor_parts import CUSTOMER
from exact_online.load.outcome import Rejected
from exact_online.load.session import LoadSession
from exact_online.reason_codes import Reason
from exact_online.transform.words import MATCH_WORDS, in_both_languages
from exact_online.vocabulary import MatchKind


def clash(load: LoadSession, booking: Booking, wanted: DebtorDocument) -> Rejected | None:
    """Return why no relation can be made for a debtor: one that is not this debtor's bears the
    number (M15), or one that nobody decided about looks like it (M16). None when nothing stands
    there.
    """
    practice, number = booking.practice, booking.debtor_number
    found = load.ledger.relations.with_code(practice, number, zeros_count=load.zeros_count)
    matches = load.ledger.matches.of_debtor(practice, number)
    if not found:
        return _alike(matches[0]) if matches else None
    match = next((match for match in matches if match.exact_id == found[0].exact_id), None)
    rejected = _kind_of_clash(found[0], wanted.account, match)
    # Who stands under another number needs no renumbering of whoever has this one.
    return _alike(matches[0]) if matches and rejected.reason == Reason.NUMBER_CLASH else rejected


def _kind_of_clash(there: TakenRelation, account: Mapping[str, Any], match: MatchOfDebtor | None) -> Rejected:
    """One with our name and postcode may be ours from before the link: made a customer, a person
    says so once (M15). One of another debtor of ours never is, and to make a stranger a customer
    cures nothing.
    """
    if there.our_debtor_number is not None:
        return Rejected(Reason.NUMBER_CLASH)
    alike = there.name == account["Name"] and (there.postcode or "") == account.get("Postcode", "")
    if alike or (match and match.kind == MatchKind.SAME_NUMBER_SAME_NAME):
        is_customer = there.status == CUSTOMER
        return Rejected(Reason.RELATION_TO_CONFIRM if is_customer else Reason.RELATION_NOT_CUSTOMER)
    return _alike(match) if match else Rejected(Reason.NUMBER_CLASH)


def _alike(match: MatchOfDebtor) -> Rejected:
    """A relation from previous software may be this debtor: no second one is made (M16)."""
    words = in_both_languages("match", MATCH_WORDS[MatchKind(match.kind)])
    return Rejected(Reason.RELATION_ALIKE, {"code": match.code, **words})

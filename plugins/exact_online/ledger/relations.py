"""Which relations in Exact are ours, which parts of them exist, and what was last sent to them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exact_online.ledger.bookings import Booking
from exact_online.ledger.session import Session

PURGED = object()
"""Stands for a text that was purged and is not what the debtor has now: it equals nothing."""


@dataclass(frozen=True)
class DebtorDocument:
    """A debtor as it is sent to Exact: up to three records, in Exact's own property names."""

    account: Mapping[str, Any]
    contact: Mapping[str, Any] | None
    bank_account: Mapping[str, Any] | None

    @classmethod
    def from_payload(cls, payload: str) -> DebtorDocument:
        """Return the document in the payload of a debtor's booking.

        Raises KeyError for another payload.
        """
        document = json.loads(payload)
        return cls(document["account"], document["contact"], document["bank_account"])

    @classmethod
    def from_fingerprints(cls, fingerprints: Mapping[str, Any], now: DebtorDocument) -> DebtorDocument:
        """Return what was sent, of which fingerprints are left, as far as `now` tells.

        A field is as it is now when its fingerprint says so, else `PURGED`. So it differs from
        `now` exactly where what was sent does.
        """

        def text_of(part: str, field: str, fingerprint: str) -> Any:
            value = (getattr(now, part) or {}).get(field)
            is_same = fingerprint == fingerprint_of(fingerprints["salt"], part, field, value)
            return value if is_same else PURGED

        parts = {
            part: {field: text_of(part, field, kept) for field, kept in fingerprints[part].items()}
            if fingerprints[part] is not None
            else None
            for part in ("account", "contact", "bank_account")
        }
        return cls(parts["account"] or {}, parts["contact"], parts["bank_account"])


def fingerprint_of(salt: str, part: str, field: str, value: Any) -> str:
    """Return the fingerprint of a field that was sent, as purge_sent_debtors.sql writes it."""
    text = value if isinstance(value, str) else json.dumps(value)
    return hashlib.sha256("\n".join((salt, part, field, text)).encode()).hexdigest()


@dataclass(frozen=True)
class TakenRelation:
    """A relation in Exact that bears a debtor number, as the mirror has it."""

    exact_id: str
    code: str
    name: str
    postcode: str | None
    status: str | None
    is_supplier: bool
    blocked: bool
    our_debtor_number: str | None
    """None when the relation is not ours."""


class Relations:
    """Reads and writes which relations are ours."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(
        self,
        booking: Booking,
        exact_id: str,
        contact_id: str | None = None,
        bank_account_id: str | None = None,
    ) -> None:
        """Write down that a relation is ours, and which of its parts exist;
        a known part stays as it is.
        """
        self._session.write(
            "keep_relation",
            practice=booking.practice,
            debtor_number=booking.debtor_number,
            exact_id=exact_id,
            contact_id=contact_id,
            bank_account_id=bank_account_id,
        )

    def forget(self, booking: Booking) -> None:
        """Drop a relation of ours that Exact has no more; the next plan makes it again."""
        self._session.write(
            "forget_relation",
            practice=booking.practice,
            debtor_number=booking.debtor_number,
            relation_id=booking.relation_id,
        )

    def forget_part(self, booking: Booking, part_id: str) -> None:
        """Drop a contact or bank account of ours that Exact has no more."""
        self._session.write(
            "forget_part", practice=booking.practice, debtor_number=booking.debtor_number, part_id=part_id
        )

    def forget_deleted(self, practice: str) -> list[str]:
        """Drop our relations that were deleted in Exact; return their debtor numbers."""
        return [
            row["debtor_number"] for row in self._session.write("forget_deleted_relations", practice=practice)
        ]

    def adopt(self, practice: str, confirmed_by: str, source_key: str | None = None) -> list[str]:
        """Make the relations listed for confirmation ours, on a person's word;
        return their debtor numbers.

        `source_key`: of that debtor alone.
        """
        rows = self._session.write(
            "adopt_relations", practice=practice, confirmed_by=confirmed_by, source_key=source_key
        )
        return [row["debtor_number"] for row in rows]

    def is_same_person(self, booking: Booking) -> bool:
        """Return whether a person said that this content of a debtor is the same person still."""
        return self._session.row("is_same_person", booking_id=booking.booking_id) is not None

    def foreign_codes(self, practice: str) -> list[str]:
        """Return the codes of relations in the division that are no debtors of ours (M15)."""
        return [row["code"] for row in self._session.rows("foreign_codes", practice=practice)]

    def with_code(self, practice: str, code: str, *, zeros_count: bool) -> list[TakenRelation]:
        """Return the relations in Exact that bear a code, ours and others';
        deleted ones left out. Unless `zeros_count`, 00123 and 123 are one code.
        """
        asked = {"practice": practice, "code": code, "zeros_count": zeros_count}
        return self._session.records(TakenRelation, "relations_with_code", **asked)

    def last_sent(self, booking: Booking) -> DebtorDocument | None:
        """Return what was last booked for the relation that the debtor has now;
        None when nothing was.

        Of what was purged since, it is known where it differs from this booking.
        """
        row = self._session.row(
            "last_booked_debtor", practice=booking.practice, source_key=booking.source_key
        )
        if row and row["payload"]:
            return DebtorDocument.from_payload(row["payload"])
        if row and row["sent_fingerprints"]:
            now = DebtorDocument.from_payload(booking.payload)
            return DebtorDocument.from_fingerprints(row["sent_fingerprints"], now)
        return None

"""Which relations in Exact are ours, which parts of them exist, and what was last sent to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exact_online.ledger.bookings import Booking
from exact_online.ledger.session import Session


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

    def with_code(self, practice: str, code: str, *, zeros_count: bool) -> list[TakenRelation]:
        """Return the relations in Exact that bear a code, ours and others';
        deleted ones left out. Unless `zeros_count`, 00123 and 123 are one code.
        """
        asked = {"practice": practice, "code": code, "zeros_count": zeros_count}
        return self._session.records(TakenRelation, "relations_with_code", **asked)

    def last_sent(self, booking: Booking) -> DebtorDocument | None:
        """Return what was last booked for the relation that the debtor has now;
        None when nothing was.
        """
        row = self._session.row(
            "last_booked_debtor", practice=booking.practice, source_key=booking.source_key
        )
        return DebtorDocument.from_payload(row["payload"]) if row and row["payload"] else None

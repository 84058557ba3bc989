"""Is an entry that Exact has the booking that we sent? Compared are day, relation, reference,
total, and the cents on each account.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from exact_online.api.lookups import ExactEntry
from exact_online.ledger import Booking
from exact_online.settings import ExactLists
from exact_online.vocabulary import BookingKind, VatCodeKind


def difference(booking: Booking, entry: ExactEntry, lists: ExactLists) -> str | None:
    """Return the name of the first thing that differs; None when the entry is our booking. Pure.

    The relation of a booking whose debtor has none is not compared: that proves nothing yet.
    """
    if entry.date != booking.entry_date:
        return "date"
    if booking.relation_id is not None and (entry.relation_id or "").lower() != booking.relation_id.lower():
        return "relation"
    if entry.reference != booking.reference:
        return "reference"
    if entry.total_cents not in (None, booking.total_cents):
        return "total"
    wrong = [
        account
        for account, cents in expected_cents(booking, lists).items()
        if entry.accounts.get(account, 0) != cents
    ]
    return "amounts" if wrong else None


def expected_cents(booking: Booking, lists: ExactLists) -> Mapping[str, int]:
    """Return cents per G/L account id that the payload books, VAT apart; debit positive."""
    payload = json.loads(booking.payload, parse_float=Decimal)
    totals: Counter[str] = Counter()
    for account, cents in (
        _sales_lines(payload, lists)
        if booking.kind is BookingKind.SALES_ENTRY
        else _journal_lines(payload, lists)
    ):
        totals[account] += cents
    return totals


def _sales_lines(payload: Mapping[str, Any], lists: ExactLists) -> Iterator[tuple[str, int]]:
    """A sales line is revenue: credit, so negative."""
    for line in payload["SalesEntryLines"]:
        yield line["GLAccount"], -_net_cents(line, line.get("VATAmountFC"), lists)


def _journal_lines(payload: Mapping[str, Any], lists: ExactLists) -> Iterator[tuple[str, int]]:
    for line in payload["GeneralJournalEntryLines"]:
        yield line["GLAccount"], _net_cents(line, line.get("AmountVATFC"), lists)


def _net_cents(line: Mapping[str, Any], vat: Decimal | None, lists: ExactLists) -> int:
    """An amount under an including code has its VAT inside."""
    code = lists.vat_codes.get(line.get("VATCode") or "")
    amount = _cents(line["AmountFC"])
    return amount - _cents(vat or 0) if code is not None and code.kind is VatCodeKind.INCLUDING else amount


def _cents(amount: Decimal | int) -> int:
    return int(Decimal(amount) * 100)

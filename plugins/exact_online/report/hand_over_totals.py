"""What handed over entries come to in Exact's books, to tick off its trial balance. Pure.

Exact makes the debtor line and the VAT lines of a sales entry itself: they are in the totals as it
makes them, on the account of the journal and of the VAT code. Cents; a debit is positive.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from exact_online.report.workbook import ExportedEntry
from exact_online.settings import ExactLists
from exact_online.vocabulary import VatCodeKind


class AccountKey(NamedTuple):
    """A line of the trial balance."""

    year: int
    period: int
    journal: str
    account: str


class VatKey(NamedTuple):
    """A line of the VAT return."""

    year: int
    period: int
    vat_code: str


@dataclass(frozen=True)
class Series:
    """Entry numbers of a journal and year without a gap."""

    journal: str
    year: int
    first: int
    last: int


@dataclass(frozen=True)
class HandOverTotals:
    """What all entries of a hand-over come to."""

    accounts: Mapping[AccountKey, int]
    base: Mapping[VatKey, int]
    """Net revenue; an invoice is positive."""
    vat: Mapping[VatKey, int]
    series: tuple[Series, ...]


class _Line(NamedTuple):
    account: str
    vat_code: str
    net: int
    vat: int


def totals_of(entries: Iterable[ExportedEntry], lists: ExactLists) -> HandOverTotals:
    """Return the totals of entries, with the accounts and VAT codes of the division's lists."""
    codes = {account.id.lower(): account.code for account in lists.gl_accounts.values()}
    accounts, base, vat = Counter[AccountKey](), Counter[VatKey](), Counter[VatKey]()
    numbers: dict[tuple[str, int], set[int]] = defaultdict(set)
    for entry in entries:
        journal, year, period = entry.place
        numbers[journal, year].add(entry.entry_number)
        for line in _lines(entry.payload, codes, lists):
            accounts[AccountKey(year, period, journal, line.account)] += line.net
            if line.vat:
                to_pay = lists.vat_codes[line.vat_code].gl_to_pay or ""
                accounts[AccountKey(year, period, journal, codes.get(to_pay.lower(), ""))] += line.vat
            if line.vat_code:
                base[VatKey(year, period, line.vat_code)] -= line.net
                vat[VatKey(year, period, line.vat_code)] -= line.vat
        if "Journal" in entry.payload:
            debtors = lists.journals[journal].gl_account or ""
            key = AccountKey(year, period, journal, codes.get(debtors.lower(), ""))
            accounts[key] += entry.total_cents
    return HandOverTotals(accounts, base, vat, tuple(_series(numbers)))


def _lines(payload: Mapping[str, Any], codes: Mapping[str, str], lists: ExactLists) -> Iterator[_Line]:
    is_sales = "Journal" in payload
    sign = -1 if is_sales else 1
    vat_name = "VATAmountFC" if is_sales else "AmountVATFC"
    for line in payload["SalesEntryLines" if is_sales else "GeneralJournalEntryLines"]:
        code = (line.get("VATCode") or "").strip()
        vat = sign * round(100 * line.get(vat_name, 0))
        net = sign * round(100 * line["AmountFC"])
        if vat and lists.vat_codes[code].kind is VatCodeKind.INCLUDING:
            net -= vat
        yield _Line(codes[line["GLAccount"].lower()], code, net, vat)


def _series(numbers: Mapping[tuple[str, int], set[int]]) -> Iterator[Series]:
    for (journal, year), found in sorted(numbers.items()):
        first = last = min(found)
        for number in sorted(found)[1:]:
            if number != last + 1:
                yield Series(journal, year, first, last)
                first = number
            last = number
        yield Series(journal, year, first, last)

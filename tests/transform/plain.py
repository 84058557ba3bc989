"""The booking rules once more, in plain Python, one invoice at a time: what the vectorised
transform must equal to the byte.

Written to be read, not to be fast. It shares with the transform only the vocabulary, the scalar
money functions and the checks of settings.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from exact_online.money import amount_text, divide_vat, vat_of_gross
from exact_online.reason_codes import Reason
from exact_online.settings import ExactLists, FinancialPeriod, PracticeSettings, RevenueCell
from exact_online.transform.preflight import check_cell, check_condition
from exact_online.transform.vat_rates import ERAS
from exact_online.vocabulary import (
    PAID_AT_THE_DESK,
    DebtorKind,
    InvoiceKind,
    ItemOrigin,
    PaymentCondition,
    RevenueGroup,
    VatCodeKind,
    VatRate,
)

Row = Mapping[str, Any]
GROUPS = {
    DebtorKind.PATIENT: RevenueGroup.PATIENTS,
    DebtorKind.INSURER: RevenueGroup.INSURERS,
    DebtorKind.INSTITUTION: RevenueGroup.INSTITUTIONS,
}
DUTCH = {
    "insurers": "verzekeraars",
    "patients": "patiënten",
    "institutions": "instellingen",
    "articles": "artikelen",
}
GROUP_ORDER, RATE_ORDER = list(RevenueGroup), list(VatRate)


@dataclass(frozen=True)
class Booked:
    source_key: str
    payload: str
    fingerprint: str
    lines: Sequence[tuple[str, str, str, str, str, int, int]]
    """profession, revenue group, VAT rate, account, VAT code, gross, VAT."""


@dataclass(frozen=True)
class Where:
    """Where the cells of one invoice are booked."""

    settings: PracticeSettings
    credited: Mapping[RevenueCell, tuple[str, str]]

    def booked_on(self, cell: RevenueCell) -> tuple[str, str]:
        """Account and VAT code: those of what is credited, else of the settings; empty without."""
        ours = self.settings.revenue_accounts.get(cell, ""), self.settings.vat_codes.get(cell[2], "")
        return self.credited.get(cell, ours)

    def place(self, cell: RevenueCell, cells: Sequence[RevenueCell]) -> tuple[Any, ...]:
        """Where the entry line of a cell stands among those of an invoice with these cells.

        Cells of the settings stand where the first of all that share their account stands. What the
        settings have not stands behind the place of the first of its cells.
        """
        if like_it := self._like(self.booked_on(cell), cell[2]):
            return min(like_it), 0
        its = [one for one in cells if self.booked_on(one) == self.booked_on(cell) and one[2] == cell[2]]
        places = []
        for one in its:
            ours = self.settings.revenue_accounts.get(one), self.settings.vat_codes.get(one[2])
            places.append(min(self._like(ours, one[2]), default=("\U0010ffff", 0, 0)))
        return min(places), 1, self.booked_on(cell), RATE_ORDER.index(cell[2])

    def _like(self, booked_on: tuple[str | None, str | None], rate: VatRate) -> list[tuple[str, int, int]]:
        return [
            _cell_order(cell)
            for cell, account in self.settings.revenue_accounts.items()
            if cell[2] == rate and (account, self.settings.vat_codes.get(rate)) == booked_on
        ]


def plan_plainly(
    invoices: pd.DataFrame,
    lines: pd.DataFrame,
    settings: PracticeSettings,
    lists: ExactLists,
    credited: Mapping[str, Mapping[RevenueCell, tuple[str, str]]] | None = None,
) -> tuple[list[Booked], dict[str, str]]:
    """Bookings by source key, and the reason of each rejected invoice.

    `credited` has, per key of a credit, where its original is booked: account and VAT code per
    cell.
    """
    rows = [_row(row) for row in invoices.to_dict("records")]
    own_lines: dict[str, list[Row]] = defaultdict(list)
    for line in lines.to_dict("records"):
        own_lines[line["invoice_key"]].append(_row(line))
    doubles = _doubles(rows, lists)
    booked, rejected = [], {}
    for row in sorted(
        {row["invoice_key"]: row for row in reversed(rows)}.values(), key=lambda row: row["invoice_key"]
    ):
        where = Where(settings, (credited or {}).get(row["invoice_key"], {}))
        reason = _reason(row, own_lines[row["invoice_key"]], doubles, where, lists)
        if reason is None:
            booked.append(_book(row, own_lines[row["invoice_key"]], where, lists))
        else:
            rejected[row["invoice_key"]] = reason
    return booked, rejected


def _row(row: Mapping[Any, Any]) -> Row:
    return {name: None if pd.isna(value) else value for name, value in row.items()}


def _period(day: dt.datetime | None, lists: ExactLists) -> FinancialPeriod | None:
    if day is None:
        return None
    after = bisect_right(lists.periods, day.date(), key=lambda period: period.start)
    period = lists.periods[after - 1] if after else None
    return period if period and day.date() <= period.end else None


def _is_desk(row: Row) -> bool:
    return row["payment_condition"] in PAID_AT_THE_DESK


def _doubles(rows: Sequence[Row], lists: ExactLists) -> set[str]:
    by_key = Counter(row["invoice_key"] for row in rows)
    double = {key for key, count in by_key.items() if count > 1}
    numbers = Counter(row["invoice_number"] for row in rows if row["invoice_number"] is not None)
    sharing = [row for row in rows if numbers[row["invoice_number"]] > 1]
    for same in (lambda row: row["invoice_kind"], _is_desk):
        groups: dict[Any, list[str]] = defaultdict(list)
        for row in sharing:
            period = _period(row["invoice_date"], lists)
            groups[row["invoice_number"], period.year if period else None, same(row)].append(
                row["invoice_key"]
            )
        double |= {key for keys in groups.values() if len(keys) > 1 for key in keys}
    return double


def _header_reason(row: Row, double: bool, lists: ExactLists) -> str | None:
    number, claim, debtor = row["invoice_number"], row["claim_number"], row["debtor_number"]
    is_claim = row["invoice_kind"] == InvoiceKind.CLAIM
    bookable = (
        bool(number) and number.isascii() and number.isdigit() and number[0] != "0" and int(number) < 2**31
    )
    checks = [
        (double, Reason.DUPLICATE_IN_SOURCE),
        (row["invoice_kind"] not in list(InvoiceKind), Reason.INVOICE_KIND_UNKNOWN),
        (not (number or "").strip(), Reason.INVOICE_NUMBER_MISSING),
        (not bookable, Reason.INVOICE_NUMBER_NOT_BOOKABLE),
        (is_claim and not (claim or "").strip(), Reason.CLAIM_NUMBER_MISSING),
        (
            is_claim and not (claim and len(claim) <= 30 and claim.isprintable() and claim == claim.strip()),
            Reason.CLAIM_NUMBER_NOT_BOOKABLE,
        ),
        (not (debtor or "").strip(), Reason.DEBTOR_NUMBER_MISSING),
        (
            not (debtor and len(debtor) <= 18 and debtor.isprintable() and " " not in debtor),
            Reason.DEBTOR_NUMBER_NOT_BOOKABLE,
        ),
        (row["debtor_kind"] not in list(DebtorKind), Reason.DEBTOR_KIND_UNKNOWN),
        (row["payment_condition"] not in list(PaymentCondition), Reason.PAYMENT_CONDITION_UNKNOWN),
        (row["currency"] != "EUR", Reason.CURRENCY_NOT_EURO),
        (row["invoice_date"] is None, Reason.INVOICE_DATE_MISSING),
        (
            row["invoice_date"] is not None and not 2001 <= row["invoice_date"].year < 2100,
            Reason.DATE_OUT_OF_RANGE,
        ),
        (row["total_cents"] is None, Reason.TOTAL_NOT_IN_CENTS),
    ]
    return next((reason for wrong, reason in checks if wrong), None)


def _rates(row: Row, lines: Sequence[Row]) -> Mapping[int, VatRate] | None:
    """The rates by percentage that hold for an invoice; None when its lines have others."""
    day = row["invoice_date"].date()
    eras = [era for era in reversed(ERAS) if era.start <= day]
    for era in eras if row["credited_invoice_number"] is not None else eras[:1]:
        rates = {0: VatRate.ZERO, era.low: VatRate.LOW, era.high: VatRate.HIGH}
        if all(line["vat_basis_points"] in rates for line in lines):
            return rates
    return None


def _lines_reason(row: Row, lines: Sequence[Row]) -> str | None:
    amounts = [row["total_cents"], *(line["amount_cents"] for line in lines)]
    checks = [
        (not lines, Reason.NO_LINES),
        (any(line["amount_cents"] is None for line in lines), Reason.LINE_AMOUNT_NOT_IN_CENTS),
        (any(abs(amount) >= 10**9 for amount in amounts if amount is not None), Reason.AMOUNT_OUT_OF_RANGE),
        (any(line["profession"] is None for line in lines), Reason.PROFESSION_MISSING),
        (any(line["item_origin"] not in list(ItemOrigin) for line in lines), Reason.ITEM_ORIGIN_UNKNOWN),
        (_rates(row, lines) is None, Reason.VAT_RATE_UNKNOWN),
        (sum(line["amount_cents"] or 0 for line in lines) != row["total_cents"], Reason.TOTAL_MISMATCH),
    ]
    return next((reason for wrong, reason in checks if wrong), None)


def _reason(row: Row, lines: Sequence[Row], doubles: set[str], where: Where, lists: ExactLists) -> str | None:
    reason = _header_reason(row, row["invoice_key"] in doubles, lists) or _lines_reason(row, lines)
    if reason is not None:
        return reason
    if _period(row["invoice_date"], lists) is None:
        return Reason.PERIOD_MISSING
    journal = where.settings.sales_journal  # the divisions that are drawn have no journal of claims
    rejection = check_condition(PaymentCondition(row["payment_condition"]), where.settings, lists, journal)
    cells = sorted(_gross_per_cell(row, lines), key=_cell_order)
    rejections = [rejection, *(check_cell(cell, *where.booked_on(cell), lists) for cell in cells)]
    return next((found.reason for found in rejections if found is not None), None)


def _gross_per_cell(row: Row, lines: Sequence[Row]) -> Counter[RevenueCell]:
    rates = _rates(row, lines)
    assert rates is not None
    gross: Counter[RevenueCell] = Counter()
    for line in lines:
        group = (
            RevenueGroup.ARTICLES if line["item_origin"] == ItemOrigin.ARTICLE else GROUPS[row["debtor_kind"]]
        )
        gross[line["profession"], group, rates[line["vat_basis_points"]]] += line["amount_cents"]
    return gross


def _cell_order(cell: RevenueCell) -> tuple[str, int, int]:
    return cell[0], GROUP_ORDER.index(cell[1]), RATE_ORDER.index(cell[2])


def _book(row: Row, lines: Sequence[Row], where: Where, lists: ExactLists) -> Booked:
    settings = where.settings
    gross = _gross_per_cell(row, lines)
    basis_points = {rate: points for points, rate in (_rates(row, lines) or {}).items()}
    cells = sorted(gross, key=_cell_order)
    places: dict[tuple[Any, ...], list[RevenueCell]] = defaultdict(list)
    for cell in cells:
        places[where.place(cell, cells)].append(cell)
    entry = {places[place][0]: places[place] for place in sorted(places)}
    heads = list(entry)
    entry_gross = {head: sum(gross[cell] for cell in entry[head]) for head in heads}
    entry_vat = _vat_per_entry_line(heads, entry_gross, basis_points)
    vat = {
        cell: share
        for head in heads
        for cell, share in zip(
            entry[head],
            divide_vat(entry_vat[head], [gross[cell] for cell in entry[head]], basis_points[head[2]]),
            strict=True,
        )
    }
    kept = [head for head in heads if entry_gross[head]] or heads
    write = _general_journal_entry if _is_desk(row) else _sales_entry
    payload = write(
        row,
        [_facts(head, entry, entry_gross, entry_vat, basis_points, where, lists) for head in kept],
        settings,
        lists,
    )
    booking_lines = [(*cell, *where.booked_on(cell), gross[cell], vat[cell]) for cell in cells]
    fingerprint = hashlib.sha256(f"{row['debtor_number']}\n{payload}".encode()).hexdigest()
    return Booked(row["invoice_key"], payload, fingerprint, booking_lines)


def _vat_per_entry_line(
    heads: Sequence[RevenueCell], gross: Mapping[RevenueCell, int], basis_points: Mapping[VatRate, int]
) -> dict[RevenueCell, int]:
    vat: dict[RevenueCell, int] = {}
    for rate in VatRate:
        own = [head for head in heads if head[2] == rate]
        if own:
            total = vat_of_gross(sum(gross[head] for head in own), basis_points[rate])
            vat |= zip(own, divide_vat(total, [gross[head] for head in own], basis_points[rate]), strict=True)
    return vat


def _facts(
    head: RevenueCell,
    entry: Mapping[RevenueCell, Sequence[RevenueCell]],
    gross: Mapping[RevenueCell, int],
    vat: Mapping[RevenueCell, int],
    basis_points: Mapping[VatRate, int],
    where: Where,
    lists: ExactLists,
) -> Row:
    account, code = where.booked_on(head)
    including = lists.vat_codes[code].kind is VatCodeKind.INCLUDING
    groups = sorted({cell[1] for cell in entry[head]}, key=GROUP_ORDER.index)
    words = " en ".join(DUTCH[group] for group in groups)
    return {
        "account": lists.gl_accounts[account].id,
        "vat_code": code,
        "amount": gross[head] if including else gross[head] - vat[head],
        "vat": None if head[2] is VatRate.ZERO else vat[head],
        "description": f"Omzet {words}, btw {basis_points[head[2]] // 100}%",
    }


def _sales_entry(row: Row, lines: Sequence[Row], settings: PracticeSettings, lists: ExactLists) -> str:
    period = _period(row["invoice_date"], lists)
    assert period is not None
    number = row["invoice_number"]
    reference = row["claim_number"] if row["invoice_kind"] == InvoiceKind.CLAIM else number
    parts = []
    for line in lines:
        vat = "" if line["vat"] is None else f',"VATAmountFC":{amount_text(line["vat"])}'
        parts.append(
            f'{{"GLAccount":{_json(line["account"])},"VATCode":{_json(line["vat_code"])},'
            f'"AmountFC":{amount_text(line["amount"])}{vat},"Description":{_json(line["description"])}}}'
        )
    return (
        f'{{"Journal":{_json(settings.sales_journal)},"Customer":"@relation",'
        f'"EntryDate":"{row["invoice_date"].date()}T00:00:00",'
        f'"ReportingYear":{period.year},"ReportingPeriod":{period.period},'
        f'"EntryNumber":{int(number)},"Description":{_json(number)},"YourRef":{_json(reference)},'
        f'"PaymentCondition":{_json(settings.payment_conditions[row["payment_condition"]])},'
        f'"Currency":"EUR","SalesEntryLines":[{",".join(parts)}]}}'
    )


def _general_journal_entry(
    row: Row, lines: Sequence[Row], settings: PracticeSettings, lists: ExactLists
) -> str:
    period = _period(row["invoice_date"], lists)
    assert period is not None
    number, date = row["invoice_number"], f"{row['invoice_date'].date()}T00:00:00"
    suspense = lists.gl_accounts[settings.suspense_accounts[row["payment_condition"]]]
    parts = [
        f'{{"GLAccount":{_json(suspense.id)}{_no_code(suspense.vat_code)},"Date":"{date}",'
        f'"AmountFC":{amount_text(row["total_cents"])},"Description":{_json(number)},"Account":"@relation"}}'
    ]
    for line in lines:
        vat = "" if line["vat"] is None else f',"AmountVATFC":{amount_text(-line["vat"])}'
        parts.append(
            f'{{"GLAccount":{_json(line["account"])},"VATCode":{_json(line["vat_code"])},"Date":"{date}",'
            f'"AmountFC":{amount_text(-line["amount"])}{vat},"Description":{_json(line["description"])}}}'
        )
    return (
        f'{{"JournalCode":{_json(settings.general_journal)},'
        f'"FinancialYear":{period.year},"FinancialPeriod":{period.period},'
        f'"EntryNumber":{int(number)},"Currency":"EUR","GeneralJournalEntryLines":[{",".join(parts)}]}}'
    )


def _no_code(default: str | None) -> str:
    return ',"VATCode":""' if default else ""


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

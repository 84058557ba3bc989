"""Sales entries and general journal entries as Exact takes them (M4, M17): JSON text, built from columns.

    sales entry            the debtor line and the VAT lines are Exact's own work; lines carry revenue, positive for an invoice
    general journal entry  suspense account (debit) against revenue and VAT (credit); the debtor is named on the suspense line

A credit has the same lines with the other sign. With a VAT code of kind E an amount is net, with kind I it is gross.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exact_online.money import amount_text
from exact_online.settings import PracticeSettings
from exact_online.transform.amounts import EntryLines
from exact_online.transform.headers import CONDITIONS, Headers
from exact_online.transform.lines import GROUPS, rate_of_cell
from exact_online.transform.money_arrays import Int64s, Texts, amount_texts
from exact_online.transform.payload_text import (
    RELATION,
    as_texts,
    joined_per_booking,
    moment,
    per_distinct,
    quoted,
    taken,
)
from exact_online.transform.postings import Chart, Postings
from exact_online.transform.refusals import Mask
from exact_online.transform.vat_rates import BASIS_POINTS
from exact_online.transform.words import line_description
from exact_online.vocabulary import PaymentCondition

CURRENCY = '"Currency":"EUR"'
_NO_VAT_CODE = ',"VATCode":""'
GROUP_SETS = 2 ** len(GROUPS)


@dataclass(frozen=True)
class Accepted:
    """The invoices to be written, by their places in the headers (sorted), and their entry lines."""

    headers: Headers
    entries: EntryLines
    places: Int64s
    postings: Postings

    def only(self, where: Mask) -> Accepted:
        """Those of the given invoices (one value per invoice in the headers)."""
        return Accepted(
            self.headers,
            self.entries.only(where[self.entries.invoice]),
            self.places[where[self.places]],
            self.postings,
        )

    @property
    def booking_of_line(self) -> Int64s:
        return np.searchsorted(self.places, self.entries.invoice)

    @property
    def net_or_gross(self) -> Int64s:
        """What an amount with the line's VAT code holds (M11)."""
        return np.where(
            self.postings.including[self.entries.cell],
            self.entries.gross,
            self.entries.gross - self.entries.vat,
        )


def sales_entries(accepted: Accepted) -> list[str]:
    """The payload of each accepted invoice, in the order of its places."""
    headers, places = accepted.headers, accepted.places
    settings = accepted.postings.chart.settings
    head = f'{{"Journal":{quoted(settings.sales_journal)},"Customer":{RELATION},"EntryDate":'
    days = _per_day(headers, places)
    conditions = _conditions(settings)[headers.conditions[places]]
    numbers = headers.entry_numbers[places].tolist()
    references = [quoted(reference) for reference in headers.references[places].tolist()]
    lines = joined_per_booking(_sales_lines(accepted), accepted.booking_of_line, len(places))
    return [
        f'{head}{day},"EntryNumber":{number},"Description":"{number}","YourRef":{reference},{condition}{line}]}}'
        for day, number, reference, condition, line in zip(
            days, numbers, references, conditions.tolist(), lines, strict=True
        )
    ]


def _conditions(settings: PracticeSettings) -> Texts:
    """By place in `CONDITIONS`: payment condition and what follows up to the lines."""
    codes = [settings.payment_conditions.get(condition, "") for condition in CONDITIONS]
    return as_texts([f'"PaymentCondition":{quoted(code)},{CURRENCY},"SalesEntryLines":[' for code in codes])


def _per_day(headers: Headers, places: Int64s) -> list[str]:
    """Date, financial year and period of each invoice; written once per day."""
    distinct, place = per_distinct(headers.days[places].astype(np.int64))
    days = distinct.astype("datetime64[D]")
    found = headers.periods.places(days)
    written = [
        f'{moment(day)},"ReportingYear":{year},"ReportingPeriod":{period}'
        for day, year, period in zip(
            days, headers.periods.years(found), headers.periods.numbers(found), strict=True
        )
    ]
    return taken(written, place)


def _sales_lines(accepted: Accepted) -> list[str]:
    entries = accepted.entries
    openings, closings = _line_frames(entries, accepted.postings)
    amounts = amount_texts(accepted.net_or_gross)
    vat = _vat_texts(entries, "VATAmountFC", entries.vat)
    return [
        f'{opening},"AmountFC":{amount}{tax},{closing}}}'
        for opening, amount, tax, closing in zip(
            openings.tolist(), amounts.tolist(), vat.tolist(), closings.tolist(), strict=True
        )
    ]


def _line_frames(entries: EntryLines, postings: Postings) -> tuple[Texts, Texts]:
    """What stands before and after the amounts of each line: account and VAT code, and the description. Written once per distinct line."""
    keys = (entries.cell * GROUP_SETS + entries.groups) * (BASIS_POINTS.max() + 1) + entries.basis_points
    distinct, place = per_distinct(keys)
    rest, basis_points = np.divmod(distinct, BASIS_POINTS.max() + 1)
    cells, groups = np.divmod(rest, GROUP_SETS)
    openings = [_account_and_code(cell, postings) for cell in cells.tolist()]
    closings = [
        _description(group, points)
        for group, points in zip(groups.tolist(), basis_points.tolist(), strict=True)
    ]
    return as_texts(openings)[place], as_texts(closings)[place]


def _account_and_code(number: int, postings: Postings) -> str:
    cell, chart = postings.space.cell(number), postings.chart
    return f'{{"GLAccount":{quoted(chart.account_id(cell))},"VATCode":{quoted(chart.vat_code(cell))}'


def _description(group_bits: int, basis_points: int) -> str:
    groups = [group for place, group in enumerate(GROUPS) if group_bits >> place & 1]
    return f'"Description":{quoted(line_description(groups, basis_points))}'


def _vat_texts(entries: EntryLines, name: str, vat: Int64s) -> Texts:
    """The VAT of each line as its property; nothing at a rate of zero, where Exact takes none."""
    distinct, place = np.unique(vat, return_inverse=True)
    texts = as_texts([f',"{name}":{amount_text(amount)}' for amount in distinct.tolist()])[place]
    return np.where(rate_of_cell(entries.cell) == 0, "", texts)


def general_journal_entries(accepted: Accepted) -> list[str]:
    """The payload of each accepted invoice that was paid by PIN or cash, in the order of its places."""
    headers, places = accepted.headers, accepted.places
    head = f'{{"JournalCode":{quoted(accepted.postings.chart.settings.general_journal)}'
    years, periods = (
        headers.years[places].tolist(),
        headers.periods.numbers(headers.period_places[places]).tolist(),
    )
    numbers = headers.entry_numbers[places].tolist()
    suspense = _suspense_lines(accepted)
    lines = joined_per_booking(_general_journal_lines(accepted), accepted.booking_of_line, len(places))
    return [
        f'{head},"FinancialYear":{year},"FinancialPeriod":{period},"EntryNumber":{number},{CURRENCY},"GeneralJournalEntryLines":[{debit},{line}]}}'
        for year, period, number, debit, line in zip(years, periods, numbers, suspense, lines, strict=True)
    ]


def _dates(headers: Headers, places: Int64s) -> list[str]:
    days, place = per_distinct(headers.days[places].astype(np.int64))
    return taken([f'"Date":{moment(day)}' for day in days.astype("datetime64[D]")], place)


def _suspense_lines(accepted: Accepted) -> list[str]:
    """What was paid at the desk, gross, with the debtor; the description is the invoice number, by which the bookkeeper finds it (M17)."""
    headers, places = accepted.headers, accepted.places
    openings = _suspense_openings(accepted.postings.chart)[headers.conditions[places]].tolist()
    dates, amounts = _dates(headers, places), amount_texts(headers.totals[places]).tolist()
    numbers = headers.entry_numbers[places].tolist()
    return [
        f'{opening},{date},"AmountFC":{amount},"Description":"{number}","Account":{RELATION}}}'
        for opening, date, amount, number in zip(openings, dates, amounts, numbers, strict=True)
    ]


def _suspense_openings(chart: Chart) -> Texts:
    """By place in `CONDITIONS`: the suspense account, with an empty VAT code where the account would bring its own."""
    accounts = [_suspense_account(chart, condition) for condition in CONDITIONS]
    return as_texts(
        [
            f'{{"GLAccount":{quoted(account_id)}{_NO_VAT_CODE if has_vat_code else ""}'
            for account_id, has_vat_code in accounts
        ]
    )


def _suspense_account(chart: Chart, condition: PaymentCondition) -> tuple[str, bool]:
    account = chart.lists.gl_accounts.get(chart.settings.suspense_accounts.get(condition, ""))
    return (account.id, bool(account.vat_code)) if account else ("", False)


def _general_journal_lines(accepted: Accepted) -> list[str]:
    """Revenue in credit: the other sign than in a sales entry."""
    entries = accepted.entries
    openings, closings = _line_frames(entries, accepted.postings)
    dates = _dates(accepted.headers, entries.invoice)
    amounts = amount_texts(-accepted.net_or_gross)
    vat = _vat_texts(entries, "AmountVATFC", -entries.vat)
    return [
        f'{opening},{date},"AmountFC":{amount}{tax},{closing}}}'
        for opening, date, amount, tax, closing in zip(
            openings.tolist(), dates, amounts.tolist(), vat.tolist(), closings.tolist(), strict=True
        )
    ]

"""Sales entries and general journal entries as Exact takes them (M4, M17): JSON text, built from columns.

    sales entry            the debtor line and the VAT lines are Exact's own work; lines carry revenue,
                           positive for an invoice
    general journal entry  suspense account (debit) against revenue and VAT (credit); the debtor is named
                           on the suspense line

A credit has the same lines with the other sign.
"""

from __future__ import annotations

import pandas as pd

from exact_online.money import amount_text
from exact_online.settings import PracticeSettings
from exact_online.transform.payload_text import RELATION, canonical, concatenate, map_distinct
from exact_online.transform.words import GROUP_WORDS
from exact_online.vocabulary import RevenueGroup

CURRENCY = '"Currency":"EUR"'
MOMENT = '"{day}T00:00:00"'
"""A day as Exact reads it without shifting it: ISO, without a zone."""


def payloads(headers: pd.DataFrame, entry_lines: pd.DataFrame, settings: PracticeSettings) -> pd.Series:
    """Return the payload (object) of each invoice in `headers`, which are those that are booked.

    `headers` comes from `read_headers`; `entry_lines` from `prepare_lines`.
    """
    at_desk = headers["at_desk"]
    of_desk = entry_lines["invoice"].isin(headers.index[at_desk])
    sales = _sales_entries(headers[~at_desk], entry_lines[~of_desk], settings.sales_journal)
    general = _general_journal_entries(headers[at_desk], entry_lines[of_desk], settings.general_journal)
    return pd.concat([sales, general]).reindex(headers.index)


def prepare_lines(entry_lines: pd.DataFrame, booking_lines: pd.DataFrame) -> pd.DataFrame:
    """Return the entry lines that are written, with amount_cents int64, opening and closing object.

    `entry_lines` comes from `entry_lines_of`; `booking_lines` are theirs, with the columns of
    `revenue_cells`. A line of 0.00 is left out when the invoice has others: an invoice of nothing is
    booked with its lines at 0.00. An amount is net with a VAT code of kind E, gross with kind I (M11).
    """
    facts = booking_lines.drop_duplicates("entry_line").set_index("entry_line")
    openings = {
        line: f',{{"GLAccount":{canonical(account)},"VATCode":{canonical(code)}'
        for line, account, code in zip(facts.index, facts["account_id"], facts["vat_code"], strict=True)
    }
    includes_vat = entry_lines["entry_line"].isin(facts.index[facts["includes_vat"]])
    net = entry_lines["gross_cents"] - entry_lines["vat_cents"]
    lines = entry_lines.assign(
        amount_cents=net.where(~includes_vat, entry_lines["gross_cents"]),
        opening=entry_lines["entry_line"].map(openings).astype(object),
        closing=_descriptions(entry_lines, booking_lines),
    )
    filled = lines["gross_cents"] != 0
    return lines[filled | ~filled.groupby(lines["invoice"]).transform("any")]


def _descriptions(entry_lines: pd.DataFrame, booking_lines: pd.DataFrame) -> pd.Series:
    """What stands on an entry line: revenue groups and VAT percentage, never anything about a person (M3)."""
    fed_by = booking_lines.groupby(["entry", "revenue_group"], observed=True, as_index=False).size()
    words = {group.value: f" en {GROUP_WORDS[group][0]}" for group in RevenueGroup}
    groups = fed_by["revenue_group"].astype(object).map(words).groupby(fed_by["entry"]).sum()
    lines = pd.DataFrame({"groups": groups, "points": entry_lines["vat_basis_points"]})
    distinct = lines.drop_duplicates()
    texts = [
        f',"Description":"Omzet {groups.removeprefix(" en ")}, btw {points // 100}%"}}'
        for groups, points in zip(distinct["groups"], distinct["points"], strict=True)
    ]
    texts_of = distinct.assign(text=pd.Series(texts, index=distinct.index, dtype=object))
    return lines.merge(texts_of, on=["groups", "points"], how="left")["text"]


def _line_texts(lines: pd.DataFrame, sign: int, vat_name: str, dates: str | pd.Series = "") -> pd.Series:
    """The entry lines of each invoice (index), each with a comma before it.

    At a rate of zero Exact takes no VAT.
    """
    amounts = map_distinct(sign * lines["amount_cents"], lambda cents: f',"AmountFC":{amount_text(cents)}')
    taxed = sign * lines.loc[lines["vat_basis_points"] != 0, "vat_cents"]
    vat = map_distinct(taxed, lambda cents: f',"{vat_name}":{amount_text(cents)}').reindex(
        lines.index, fill_value=""
    )
    texts = concatenate(lines.index, lines["opening"], dates, amounts, vat, lines["closing"])
    return texts.groupby(lines["invoice"]).sum()


def _per_day(headers: pd.DataFrame, template: str) -> pd.Series:
    """The template with the {day}, {year} and {period} of each invoice, written once per day."""
    days = headers.drop_duplicates("invoice_date")
    facts = zip(days["invoice_date"], days["financial_year"], days["financial_period"], strict=True)
    texts = [template.format(day=day.date(), year=year, period=period) for day, year, period in facts]
    return headers["invoice_date"].map(pd.Series(texts, index=days["invoice_date"], dtype=object))


def _sales_entries(headers: pd.DataFrame, lines: pd.DataFrame, journal: str) -> pd.Series:
    return concatenate(
        headers.index,
        f'{{"Journal":{canonical(journal)},"Customer":"{RELATION}",',
        _per_day(headers, f'"EntryDate":{MOMENT},"ReportingYear":{{year}},"ReportingPeriod":{{period}}'),
        ',"EntryNumber":',
        headers["invoice_number"],
        ',"Description":"',
        headers["invoice_number"],
        '","YourRef":',
        headers["reference"].astype(object).map(canonical),
        map_distinct(headers["condition_code"], lambda code: f',"PaymentCondition":{canonical(code)}'),
        f',{CURRENCY},"SalesEntryLines":[',
        _line_texts(lines, 1, "VATAmountFC").str[1:],
        "]}",
    )


def _general_journal_entries(headers: pd.DataFrame, lines: pd.DataFrame, journal: str) -> pd.Series:
    """First the suspense line: what was paid at the desk, gross, with the debtor; its description is the
    invoice number, by which the bookkeeper finds it (M17). Then revenue in credit: the other sign than in
    a sales entry."""
    dates = _per_day(headers, f',"Date":{MOMENT}')
    return concatenate(
        headers.index,
        f'{{"JournalCode":{canonical(journal)}',
        _per_day(headers, ',"FinancialYear":{year},"FinancialPeriod":{period}'),
        ',"EntryNumber":',
        headers["invoice_number"],
        f',{CURRENCY},"GeneralJournalEntryLines":[',
        headers["suspense_opening"],
        dates,
        map_distinct(headers["total_cents"], lambda cents: f',"AmountFC":{amount_text(cents)}'),
        ',"Description":"',
        headers["invoice_number"],
        f'","Account":"{RELATION}"}}',
        _line_texts(lines, -1, "AmountVATFC", lines["invoice"].map(dates)),
        "]}",
    )

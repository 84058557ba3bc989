"""Sales entries and general journal entries as Exact takes them (M4, M17): JSON text, built from columns.

    sales entry            the debtor line and the VAT lines are Exact's own work; lines carry revenue,
                           positive for an invoice
    general journal entry  suspense account (debit) against revenue and VAT (credit); the debtor is named
                           on the suspense line

A credit has the same lines with the other sign.
"""

from __future__ import annotations

import pandas as pd

from exact_online.transform.payload_text import RELATION, amount_texts, canonical, map_distinct
from exact_online.transform.words import GROUP_WORDS
from exact_online.vocabulary import RevenueGroup

CURRENCY = '"Currency":"EUR"'


def payloads(headers: pd.DataFrame, entry_lines: pd.DataFrame) -> pd.Series:
    """Return the payload (object) of each invoice in `headers`, which are those that are booked.

    `headers` comes from `read_headers`; `entry_lines` from `prepare_lines`.
    """
    at_desk = headers["at_desk"]
    of_desk = entry_lines["invoice"].isin(headers.index[at_desk])
    sales = _sales_entries(headers[~at_desk], entry_lines[~of_desk])
    general = _general_journal_entries(headers[at_desk], entry_lines[of_desk])
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


def _vat_texts(lines: pd.DataFrame, name: str, sign: int) -> pd.Series:
    """The VAT of each line as its property; nothing at a rate of zero, where Exact takes none."""
    texts = f',"{name}":' + amount_texts(sign * lines["vat_cents"])
    return texts.where(lines["vat_basis_points"] != 0, "")


def _joined(texts: pd.Series, lines: pd.DataFrame) -> pd.Series:
    """The line texts of each invoice, one after the other, without the comma before the first."""
    return texts.groupby(lines["invoice"]).sum().str[1:].astype(object)


def _days(headers: pd.DataFrame) -> pd.Series:
    """A day as Exact reads it without shifting it: ISO, without a zone."""
    return map_distinct(headers["invoice_date"], lambda day: f'"{day:%Y-%m-%d}T00:00:00"')


def _sales_entries(headers: pd.DataFrame, lines: pd.DataFrame) -> pd.Series:
    texts = lines["opening"] + ',"AmountFC":' + amount_texts(lines["amount_cents"])
    texts = texts + _vat_texts(lines, "VATAmountFC", 1) + lines["closing"]
    number = headers["entry_number"].astype("str").astype(object)
    period = headers[["financial_year", "financial_period"]].astype("str").astype(object)
    head = map_distinct(headers["journal"], canonical) + f',"Customer":"{RELATION}","EntryDate":' + _days(headers)
    head = head + ',"ReportingYear":' + period["financial_year"]
    head = head + ',"ReportingPeriod":' + period["financial_period"] + ',"EntryNumber":' + number
    head = head + ',"Description":"' + number + '","YourRef":' + headers["reference"].map(canonical).astype(object)
    condition = ',"PaymentCondition":' + map_distinct(headers["condition_code"], canonical)
    return '{"Journal":' + head + condition + f',{CURRENCY},"SalesEntryLines":[' + _joined(texts, lines) + "]}"


def _general_journal_entries(headers: pd.DataFrame, lines: pd.DataFrame) -> pd.Series:
    """First the suspense line: what was paid at the desk, gross, with the debtor; its description is the
    invoice number, by which the bookkeeper finds it (M17). Then revenue in credit: the other sign than in
    a sales entry."""
    dates = ',"Date":' + _days(headers)
    texts = lines["opening"] + lines["invoice"].map(dates) + ',"AmountFC":' + amount_texts(-lines["amount_cents"])
    texts = texts + _vat_texts(lines, "AmountVATFC", -1) + lines["closing"]
    number = headers["entry_number"].astype("str").astype(object)
    period = headers[["financial_year", "financial_period"]].astype("str").astype(object)
    # An empty VAT code where the account would bring its own.
    no_code = (headers["suspense_vat_code"].fillna("") != "").map({True: ',"VATCode":""', False: ""})
    suspense = '{"GLAccount":' + map_distinct(headers["suspense_id"], canonical) + no_code.astype(object) + dates
    suspense = suspense + ',"AmountFC":' + amount_texts(headers["total_cents"].astype("int64"))
    suspense = suspense + ',"Description":"' + number + f'","Account":"{RELATION}"}},'
    head = '{"JournalCode":' + map_distinct(headers["journal"], canonical)
    head = head + ',"FinancialYear":' + period["financial_year"] + ',"FinancialPeriod":' + period["financial_period"]
    head = head + ',"EntryNumber":' + number + f',{CURRENCY},"GeneralJournalEntryLines":['
    return head + suspense + _joined(texts, lines) + "]}"

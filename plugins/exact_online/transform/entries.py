"""Sales entries and general journal entries as Exact takes them (M4, M17).

JSON text, built from columns.

    sales entry            the debtor line and the VAT lines are Exact's own work; lines carry
                           revenue, positive for an invoice
    general journal entry  suspense account (debit) against revenue and VAT (credit); the debtor
                           is named on the suspense line, with the invoice number, by which the
                           bookkeeper finds it

A credit has the same lines with the other sign.
"""

from __future__ import annotations

import pandas as pd

from exact_online.settings import PracticeSettings
from exact_online.transform.payload_text import amount_texts, canonical, fill, map_distinct
from exact_online.transform.words import GROUP_WORDS
from exact_online.vocabulary import RevenueGroup

SALES_ENTRY = (
    '{{"Journal":{journal},"Customer":"@relation","EntryDate":"{day}T00:00:00","ReportingYear":{year},'
    '"ReportingPeriod":{period},"EntryNumber":{number},"Description":"{number}","YourRef":{reference},'
    '"PaymentCondition":{condition},"Currency":"EUR","SalesEntryLines":[{lines}]}}'
)
SALES_ENTRY_LINE = ',{{"GLAccount":{account},"VATCode":{code},"AmountFC":{amount}{vat},"Description":{text}}}'
GENERAL_JOURNAL_ENTRY = (
    '{{"JournalCode":{journal},"FinancialYear":{year},"FinancialPeriod":{period},"EntryNumber":{number},'
    '"Currency":"EUR","GeneralJournalEntryLines":[{{"GLAccount":{suspense},"Date":"{day}T00:00:00",'
    '"AmountFC":{amount},"Description":"{number}","Account":"@relation"}}{lines}]}}'
)
GENERAL_JOURNAL_ENTRY_LINE = (
    ',{{"GLAccount":{account},"VATCode":{code},"Date":"{day}T00:00:00","AmountFC":{amount}{vat},'
    '"Description":{text}}}'
)


def payloads(headers: pd.DataFrame, entry_lines: pd.DataFrame, settings: PracticeSettings) -> pd.Series:
    """Return the payload (object) of each invoice in `headers`, which are those that are booked.

    `headers` comes from `read_headers`; `entry_lines` from `prepare_lines`.
    """
    headers = headers.assign(
        number=headers["invoice_number"],
        day=map_distinct(headers["invoice_date"], lambda day: f"{day:%Y-%m-%d}"),
        year=map_distinct(headers["financial_year"], str),
        period=map_distinct(headers["financial_period"], str),
    )
    at_desk = headers["at_desk"]
    of_desk = entry_lines["invoice"].isin(headers.index[at_desk])
    sales = _sales_entries(headers[~at_desk], entry_lines[~of_desk])
    general = _general_journal_entries(headers[at_desk], entry_lines[of_desk], settings.general_journal)
    written: pd.Series = pd.concat([sales, general]).sort_index()
    return written


def prepare_lines(entry_lines: pd.DataFrame, booking_lines: pd.DataFrame) -> pd.DataFrame:
    """Return the entry lines to write, with amount_cents int64, account, code and text object.

    `entry_lines` comes from `entry_lines_of`; `booking_lines` are theirs, with the columns of
    `revenue_cells`. A line of 0.00 is left out when the invoice has others: an invoice of nothing
    is booked with its lines at 0.00. An amount is net with a VAT code of kind E, gross with kind I
    (M11).
    """
    facts = booking_lines.drop_duplicates("entry_line").set_index("entry_line")
    includes_vat = entry_lines["entry_line"].isin(facts.index[facts["includes_vat"]])
    net = entry_lines["gross_cents"] - entry_lines["vat_cents"]
    lines = entry_lines.assign(
        amount_cents=net.where(~includes_vat, entry_lines["gross_cents"]),
        account=entry_lines["entry_line"].map(facts["account_id"].astype(object).map(canonical)),
        code=entry_lines["entry_line"].map(facts["vat_code"].astype(object).map(canonical)),
        text=_descriptions(entry_lines, booking_lines),
    )
    filled = lines["gross_cents"] != 0
    return lines[filled | ~filled.groupby(lines["invoice"]).transform("any")]


def _descriptions(entry_lines: pd.DataFrame, booking_lines: pd.DataFrame) -> pd.Series:
    """What stands on an entry line.

    Revenue groups and VAT percentage, never anything about a person (M3).
    """
    fed_by = booking_lines.groupby(["entry", "revenue_group"], observed=True, as_index=False).size()
    words = {group.value: f" en {GROUP_WORDS[group][0]}" for group in RevenueGroup}
    groups = fed_by["revenue_group"].astype(object).map(words).groupby(fed_by["entry"]).sum()
    lines = pd.DataFrame({"groups": groups, "points": entry_lines["vat_basis_points"]})
    distinct = lines.drop_duplicates()
    distinct["text"] = [
        canonical(f"Omzet {groups.removeprefix(' en ')}, btw {points // 100}%")
        for groups, points in zip(distinct["groups"], distinct["points"], strict=True)
    ]
    return lines.merge(distinct, on=["groups", "points"], how="left")["text"]


def _joined(lines: pd.DataFrame, template: str, sign: int, vat_name: str, **texts: pd.Series) -> pd.Series:
    """The entry lines of each invoice (index), each with a comma before it.

    At 0 % Exact takes no VAT.
    """
    taxed = lines.loc[lines["vat_basis_points"] != 0, "vat_cents"]
    vat = (f',"{vat_name}":' + amount_texts(sign * taxed)).reindex(lines.index, fill_value="")
    amount = amount_texts(sign * lines["amount_cents"])
    written = fill(template, lines, ["account", "code", "text"], amount=amount, vat=vat, **texts)
    return written.groupby(lines["invoice"]).sum()


def _sales_entries(headers: pd.DataFrame, lines: pd.DataFrame) -> pd.Series:
    return fill(
        SALES_ENTRY,
        headers,
        ["day", "year", "period", "number"],
        journal=map_distinct(headers["journal"], canonical),
        reference=headers["reference"].astype(object).map(canonical),
        condition=map_distinct(headers["condition_code"], canonical),
        lines=_joined(lines, SALES_ENTRY_LINE, 1, "VATAmountFC").str[1:],
    )


def _general_journal_entries(headers: pd.DataFrame, lines: pd.DataFrame, journal: str) -> pd.Series:
    """Revenue in credit: the other sign than in a sales entry."""
    day = lines["invoice"].map(headers["day"])
    return fill(
        GENERAL_JOURNAL_ENTRY,
        headers,
        ["day", "year", "period", "number", "suspense"],
        journal=canonical(journal),
        amount=amount_texts(headers["total_cents"]),
        lines=_joined(lines, GENERAL_JOURNAL_ENTRY_LINE, -1, "AmountVATFC", day=day),
    )

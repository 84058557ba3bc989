"""The invoice lines, each with what it needs of its invoice: VAT rate and revenue group (M8)."""

from __future__ import annotations

import pandas as pd

from exact_online.failures import ContractBroken
from exact_online.stops import Stop
from exact_online.transform.vat_rates import rates_of
from exact_online.vocabulary import DebtorKind, ItemOrigin, RevenueGroup

NO_PERCENTAGE = -1
GROUP_TYPE = pd.CategoricalDtype([group.value for group in RevenueGroup], ordered=True)
GROUP_OF_DEBTOR = {
    DebtorKind.PATIENT: RevenueGroup.PATIENTS,
    DebtorKind.INSURER: RevenueGroup.INSURERS,
    DebtorKind.INSTITUTION: RevenueGroup.INSTITUTIONS,
}


def read_lines(lines: pd.DataFrame, headers: pd.DataFrame) -> pd.DataFrame:
    """Return the lines with the number of their invoice, their VAT rate and their revenue group.

    `lines` is the frame of docs/contracts.md; `headers` comes from `read_headers`. Added are:
    invoice int64 (row of `headers`), vat_rate (`RATE_TYPE`) and revenue_group (`GROUP_TYPE`), both
    missing when unknown, amount_missing bool. amount_cents (0 when missing) and vat_basis_points
    (-1 when missing) become int64. ContractBroken for a line without its invoice.
    """
    facts = headers[["invoice_key", "is_credit", "vat_era"]].reset_index(names="invoice")
    facts["tariff_group"] = headers["debtor_kind"].map(GROUP_OF_DEBTOR).astype(GROUP_TYPE)
    rows = lines.merge(facts, on="invoice_key")
    if len(rows) < len(lines):
        raise ContractBroken(Stop.LINES_WITHOUT_INVOICE)
    rows["amount_missing"] = rows["amount_cents"].isna()
    rows["amount_cents"] = rows["amount_cents"].fillna(0).astype("int64")
    rows["vat_basis_points"] = rows["vat_basis_points"].fillna(NO_PERCENTAGE).astype("int64")
    rows["vat_rate"] = rates_of(rows)
    # Items from Tarieven are booked by the kind of debtor, articles apart whoever pays (M8).
    is_article = rows["item_origin"] == ItemOrigin.ARTICLE
    rows["revenue_group"] = rows["tariff_group"].where(~is_article, RevenueGroup.ARTICLES.value)
    return rows

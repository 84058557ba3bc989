"""Marks invoices that share a number, as the ledger's SQL does over all staged invoices of a run.

For tests that build frames without a database. In Exact a number is unique per journal and
financial year, in James per kind and year. The same key twice is a double as well.
"""

from __future__ import annotations

import pandas as pd

from exact_online.settings import ExactLists, FinancialPeriod, PracticeSettings
from exact_online.transform import InvoicePlans, transform_invoices
from exact_online.vocabulary import PAID_AT_THE_DESK

KEYS_SHOWN = 5


def plan_batch(
    invoices: pd.DataFrame,
    lines: pd.DataFrame,
    settings: PracticeSettings,
    lists: ExactLists,
    credited: pd.DataFrame | None = None,
) -> InvoicePlans:
    """The plans of a whole run that is one frame."""
    return transform_invoices(mark_doubles(invoices, lists), lines, settings, lists, credited)


def mark_doubles(invoices: pd.DataFrame, lists: ExactLists) -> pd.DataFrame:
    """The invoices with `shares_number_with`: the keys that share the number.

    Missing when nobody does.
    """
    facts = pd.DataFrame(
        {
            "invoice_key": invoices["invoice_key"],
            "invoice_number": invoices["invoice_number"],
            "invoice_kind": invoices["invoice_kind"],
            "desk": invoices["payment_condition"].isin(list(PAID_AT_THE_DESK)),
            "year": [financial_year(day, lists.periods) for day in invoices["invoice_date"]],
        }
    )
    doubles: dict[str, str] = {}
    for shared in (
        ["invoice_key"],
        ["invoice_number", "year", "invoice_kind"],
        ["invoice_number", "year", "desk"],
    ):
        sharing = facts[facts.duplicated(shared, keep=False) & facts[shared[0]].notna()].sort_values(
            "invoice_key"
        )
        everybody = sharing.groupby(shared, dropna=False, sort=False)["invoice_key"].transform(first_few)
        doubles.update(zip(sharing["invoice_key"], everybody, strict=True))
    return invoices.assign(shares_number_with=invoices["invoice_key"].map(doubles).astype("str"))


def financial_year(day: pd.Timestamp, periods: tuple[FinancialPeriod, ...]) -> int:
    """The financial year of a day; -1 when no period holds it."""
    if pd.isna(day):
        return -1
    return next((period.year for period in periods if period.start <= day.date() <= period.end), -1)


def first_few(keys: pd.Series) -> str:
    """Who share a number: enough to find them, never a list without end."""
    few = ", ".join(keys.iloc[:KEYS_SHOWN])
    return few if len(keys) <= KEYS_SHOWN else f"{few}, ..."

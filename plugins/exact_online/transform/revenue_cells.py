"""Revenue cells (profession, revenue group, VAT rate).

What an invoice comes to in each, and where it is booked (M8).
"""

from __future__ import annotations

import pandas as pd

from exact_online.settings import ExactLists, PracticeSettings
from exact_online.transform.credited import OWN, use_credited
from exact_online.transform.lines import GROUP_TYPE
from exact_online.transform.plans import frame
from exact_online.transform.preflight import check_cell
from exact_online.transform.vat_rates import RATE_TYPE
from exact_online.vocabulary import RevenueGroup, VatCodeKind, VatRate

CELL = ["profession", "revenue_group", "vat_rate"]


def gross_per_cell(lines: pd.DataFrame) -> pd.DataFrame:
    """Return one row per invoice and revenue cell, sorted by both.

    The booking lines, still without VAT.

    `lines` comes from `read_lines`. Columns: invoice int64, profession str, revenue_group, vat_rate
    category, gross_cents and vat_basis_points int64.
    """
    return lines.groupby(["invoice", *CELL], observed=True, as_index=False).agg(
        gross_cents=("amount_cents", "sum"), vat_basis_points=("vat_basis_points", "max")
    )


def revenue_cells(used: pd.DataFrame, settings: PracticeSettings, lists: ExactLists) -> pd.DataFrame:
    """Return the cells that are `used` (columns of `CELL`), each once, with where it is booked.

    With the columns `OWN` as well, a cell is there once per account and VAT code that is credited.
    Added are: gl_account, account_id, vat_code str, includes_vat bool, entry_line int64 (the entry
    line that the cell belongs to; -1 without an account), cell_rejection object (Rejection or
    None).
    """
    key = cell_key(used)
    cells = used.drop_duplicates(key)[key]
    accounts = _revenue_accounts(settings)
    cells = cells.merge(accounts, on=CELL, how="left")
    including = {code for code, found in lists.vat_codes.items() if found.kind is VatCodeKind.INCLUDING}
    ids = {code: account.id for code, account in lists.gl_accounts.items()}
    cells["vat_code"] = _vat_codes(cells, settings)
    cells["entry_line"] = cells["entry_line"].fillna(-1).astype("int64")
    if key != CELL:
        cells = use_credited(cells, accounts.assign(vat_code=_vat_codes(accounts, settings)))
    cells["account_id"] = cells["gl_account"].map(ids).astype("str")
    cells["includes_vat"] = cells["vat_code"].isin(including)
    booked_on = cells[["gl_account", "vat_code"]].fillna("")
    keys = zip(*(cells[name] for name in CELL), booked_on["gl_account"], booked_on["vat_code"], strict=True)
    rejections = [
        check_cell((name, RevenueGroup(group), VatRate(rate)), account, code, lists)
        for name, group, rate, account, code in keys
    ]
    return cells.assign(cell_rejection=pd.Series(rejections, index=cells.index, dtype=object))


def _vat_codes(cells: pd.DataFrame, settings: PracticeSettings) -> pd.Series:
    return cells["vat_rate"].astype("str").map(dict(settings.vat_codes)).astype("str")


def cell_key(used: pd.DataFrame) -> list[str]:
    """Return the columns that tell the cells of these lines apart."""
    return [*CELL, *OWN] if OWN[0] in used else CELL


def _revenue_accounts(settings: PracticeSettings) -> pd.DataFrame:
    """Each cell of the settings with its account, and the entry line that it shares.

    Cells with the same account and rate (so the same VAT code) share one entry line; entry lines
    are numbered over all settings, so that an invoice's lines do not depend on the invoices beside
    it.
    """
    types = {"profession": "str", "revenue_group": GROUP_TYPE, "vat_rate": RATE_TYPE, "gl_account": "str"}
    rows = [
        (name, group.value, rate.value, code)
        for (name, group, rate), code in settings.revenue_accounts.items()
    ]
    accounts = frame(types, pd.DataFrame(rows, columns=list(types), dtype=object)).sort_values(CELL)
    shared = accounts.groupby(["gl_account", "vat_rate"], observed=True, sort=False)
    return accounts.assign(entry_line=shared.ngroup())

"""Revenue cells (profession, revenue group, VAT rate): what an invoice comes to in each, and where it is
booked (M8)."""

from __future__ import annotations

import pandas as pd

from exact_online.settings import ExactLists, PracticeSettings
from exact_online.transform.headers import GROUP_TYPE
from exact_online.transform.plans import frame
from exact_online.transform.preflight import check_cell
from exact_online.transform.vat_rates import RATE_TYPE
from exact_online.vocabulary import RevenueGroup, VatCodeKind, VatRate

CELL = ["profession", "revenue_group", "vat_rate"]


def gross_per_cell(lines: pd.DataFrame) -> pd.DataFrame:
    """Return one row per invoice and revenue cell, sorted by both: the booking lines, still without VAT.

    `lines` comes from `read_lines`. Columns: invoice int64, profession str, revenue_group, vat_rate
    category, gross_cents and vat_basis_points int64.
    """
    return lines.groupby(["invoice", *CELL], observed=True, as_index=False).agg(
        gross_cents=("amount_cents", "sum"), vat_basis_points=("vat_basis_points", "max")
    )


def revenue_cells(used: pd.DataFrame, settings: PracticeSettings, lists: ExactLists) -> pd.DataFrame:
    """Return the cells that are `used` (columns of `CELL`), each once, with where it is booked.

    Added are: gl_account, account_id, vat_code str, includes_vat bool, entry_line int64 (the entry line
    that the cell belongs to; -1 without an account), cell_rejection object (Rejection or None).
    """
    cells = used.drop_duplicates(CELL)[CELL]
    cells = cells.merge(_revenue_accounts(settings), on=CELL, how="left")
    cells = cells.merge(_vat_codes(settings, lists), on="vat_rate", how="left")
    cells = cells.merge(_gl_accounts(lists), on="gl_account", how="left")
    cells["entry_line"] = cells["entry_line"].fillna(-1).astype("int64")
    keys = zip(cells["profession"], cells["revenue_group"], cells["vat_rate"], strict=True)
    rejections = [
        check_cell((name, RevenueGroup(group), VatRate(rate)), settings, lists) for name, group, rate in keys
    ]
    return cells.assign(cell_rejection=pd.Series(rejections, index=cells.index, dtype=object))


def _revenue_accounts(settings: PracticeSettings) -> pd.DataFrame:
    """Each cell of the settings with its account, and the entry line that it shares.

    Cells with the same account and rate (so the same VAT code) share one entry line; entry lines are
    numbered over all settings, so that an invoice's lines do not depend on the invoices beside it.
    """
    types = {"profession": "str", "revenue_group": GROUP_TYPE, "vat_rate": RATE_TYPE, "gl_account": "str"}
    rows = [
        (name, group.value, rate.value, code)
        for (name, group, rate), code in settings.revenue_accounts.items()
    ]
    accounts = frame(types, pd.DataFrame(rows, columns=list(types), dtype=object)).sort_values(CELL)
    shared = accounts.groupby(["gl_account", "vat_rate"], observed=True, sort=False)
    return accounts.assign(entry_line=shared.ngroup())


def _vat_codes(settings: PracticeSettings, lists: ExactLists) -> pd.DataFrame:
    codes = [settings.vat_codes.get(rate, "") for rate in VatRate]
    kinds = [lists.vat_codes[code].kind if code in lists.vat_codes else None for code in codes]
    data = {
        "vat_rate": [rate.value for rate in VatRate],
        "vat_code": codes,
        "includes_vat": [kind is VatCodeKind.INCLUDING for kind in kinds],
    }
    return frame({"vat_rate": RATE_TYPE, "vat_code": "str", "includes_vat": "bool"}, data)


def _gl_accounts(lists: ExactLists) -> pd.DataFrame:
    ids = [account.id for account in lists.gl_accounts.values()]
    return frame(
        {"gl_account": "str", "account_id": "str"}, {"gl_account": list(lists.gl_accounts), "account_id": ids}
    )

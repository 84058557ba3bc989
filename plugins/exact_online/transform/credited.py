"""A credit takes the ledger accounts and VAT codes of the booking that it credits, whatever the
settings say since: else revenue is taken back from an account that it was never booked on.

Few invoices are credits, so what is slow here is done for them alone.
"""

from __future__ import annotations

import pandas as pd

from exact_online.transform.lines import GROUP_TYPE
from exact_online.transform.vat_rates import RATE_TYPE

OWN = ["own_account", "own_code"]
"""Ledger account and VAT code of the booking that is credited; empty where there is none."""
FACTS = ["gl_account", "vat_code", "vat_rate"]
SPACING = 1_000_000
"""Between two entry lines of the settings, so that those of credits fit."""


def add_credited(
    booking_lines: pd.DataFrame, credited: pd.DataFrame | None, invoice_keys: pd.Series, cell: list[str]
) -> pd.DataFrame:
    """Return the booking lines with the columns `OWN`; unchanged when nothing of them is a credit.

    `credited` is the frame of docs/contracts.md, `invoice_keys` the key of each `invoice`.
    """
    if credited is None or credited.empty:
        return booking_lines
    invoices = pd.Series(invoice_keys.index, index=invoice_keys)
    own = credited.drop_duplicates(["invoice_key", *cell]).rename(
        columns={"gl_account": OWN[0], "vat_code": OWN[1]}
    )
    own = own.assign(invoice=own["invoice_key"].map(invoices)).dropna(subset="invoice")
    own = own.astype({"invoice": "int64", "revenue_group": GROUP_TYPE, "vat_rate": RATE_TYPE})
    lines = booking_lines.merge(own.drop(columns="invoice_key"), on=["invoice", *cell], how="left")
    return lines.fillna(dict.fromkeys(OWN, ""))


def use_credited(cells: pd.DataFrame, of_settings: pd.DataFrame) -> pd.DataFrame:
    """Return the cells with account and VAT code of what is credited, where there is such a
    booking.

    `cells` has `FACTS`, `OWN` and entry_line (-1 without an account); `of_settings` has `FACTS` and
    entry_line of all cells of the settings. Added are position int64 (the entry
    line that the settings give the cell) and foreign int64 (numbers what the settings have not; -1
    for the others), from which `number_entry_lines` makes the entry lines.
    """
    ours = of_settings.drop_duplicates("entry_line")[[*FACTS, "entry_line"]]
    used = cells.assign(
        gl_account=cells["gl_account"].where(cells[OWN[0]] == "", cells[OWN[0]]),
        vat_code=cells["vat_code"].where(cells[OWN[1]] == "", cells[OWN[1]]),
        position=cells["entry_line"].where(cells["entry_line"] >= 0, SPACING),
    )
    used = used.drop(columns="entry_line").merge(ours, on=FACTS, how="left")
    is_foreign = used["entry_line"].isna() & (used[OWN[0]] != "")
    foreign = used[is_foreign].groupby(FACTS, observed=True).ngroup().reindex(used.index, fill_value=-1)
    return used.assign(foreign=foreign, entry_line=used["entry_line"].fillna(-1).astype("int64"))


def number_entry_lines(booking_lines: pd.DataFrame) -> pd.DataFrame:
    """Return the booking lines with their final entry_line: what the settings have not stands where
    its first cell would, so that a credit is divided in the order of its original."""
    if "foreign" not in booking_lines:
        return booking_lines
    foreign = booking_lines[booking_lines["foreign"] >= 0]
    first = foreign.groupby(["invoice", "foreign"])["position"].transform("min")
    own = first * SPACING + 1 + foreign["foreign"]
    numbered = (booking_lines["entry_line"] * SPACING).where(booking_lines["foreign"] < 0, own)
    return booking_lines.assign(entry_line=numbered.astype("int64"))

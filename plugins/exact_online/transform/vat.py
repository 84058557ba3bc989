"""VAT to the cent (M8, M11).

Once per VAT code over an invoice's gross total, then divided over its lines.

The arithmetic of money.py on columns of int64: cents in, cents out, no float; amounts up to 10**14
cents are safe.
"""

from __future__ import annotations

import pandas as pd

from exact_online.money import WHOLE


def vat_of_gross(gross_cents: pd.Series, basis_points: pd.Series) -> pd.Series:
    """Return the VAT that is in each gross amount, half a cent up, away from zero."""
    whole = WHOLE + basis_points
    vat = (2 * gross_cents.abs() * basis_points + whole) // (2 * whole)
    return vat.where(gross_cents >= 0, -vat)


def divide_vat(
    vat_cents: pd.Series, gross_parts: pd.Series, basis_points: pd.Series, total_of: pd.Series
) -> pd.Series:
    """Return the share of each part in the VAT of its total.

    Largest remainder, ties to the first part.

    One value per part; `total_of` numbers the totals, and `vat_cents` (the VAT of the whole total)
    and `basis_points` are the same for all parts of one. A credit is divided as the mirror of its
    original.
    """
    totals = gross_parts.groupby(total_of)
    total = totals.transform("sum")
    side = 1 - 2 * (total.where(total != 0, totals.transform("first")) < 0).astype("int64")
    exact, whole = side * gross_parts * basis_points, WHOLE + basis_points
    floor = exact // whole
    missing = side * vat_cents - floor.groupby(total_of).transform("sum")
    # The parts that are rounded up are those with the largest remainders; most totals lack no cent.
    lacking = missing > 0
    remainder = (exact - floor * whole)[lacking]
    rank = remainder.groupby(total_of[lacking]).rank(method="first", ascending=False)
    rounded_up = (rank <= missing[lacking]).reindex(floor.index, fill_value=False)
    return side * (floor + rounded_up.astype("int64"))


def entry_lines_of(booking_lines: pd.DataFrame) -> pd.DataFrame:
    """Return one row per invoice, ledger account and VAT code, with its VAT.

    The row number is the `entry`.

    `booking_lines`: invoice, entry_line, entry, gross_cents, vat_basis_points int64. Columns:
    invoice, entry_line, gross_cents, vat_basis_points, vat_cents int64, sorted by invoice and entry
    line.
    """
    lines = booking_lines.groupby("entry").agg(
        invoice=("invoice", "max"),
        entry_line=("entry_line", "max"),
        gross_cents=("gross_cents", "sum"),
        vat_basis_points=("vat_basis_points", "max"),
    )
    code = lines.groupby(["invoice", "vat_basis_points"]).ngroup()
    code_vat = vat_of_gross(lines["gross_cents"].groupby(code).transform("sum"), lines["vat_basis_points"])
    return lines.assign(vat_cents=divide_vat(code_vat, lines["gross_cents"], lines["vat_basis_points"], code))


def vat_of_booking_lines(booking_lines: pd.DataFrame, entry_lines: pd.DataFrame) -> pd.Series:
    """Return the share of each booking line in the VAT of its entry line, in cents."""
    vat = booking_lines["entry"].map(entry_lines["vat_cents"])
    gross, points = booking_lines["gross_cents"], booking_lines["vat_basis_points"]
    return divide_vat(vat, gross, points, booking_lines["entry"])

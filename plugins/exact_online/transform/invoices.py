"""Invoices and their lines become bookings or rejections.

Read from top to bottom: this is the pipeline.

Pure: the same rows give the same bytes, in any order, and in any chunking by invoice.
"""

from __future__ import annotations

import pandas as pd

from exact_online.settings import ExactLists, PracticeSettings
from exact_online.transform.checks import check_invoices, check_lines, first_reasons
from exact_online.transform.credited import add_credited, number_entry_lines
from exact_online.transform.entries import payloads, prepare_lines
from exact_online.transform.headers import read_headers
from exact_online.transform.invoice_warnings import invoice_warnings
from exact_online.transform.lines import read_lines
from exact_online.transform.payload_text import entry_fingerprints
from exact_online.transform.plans import BOOKING_COLUMNS, BOOKING_LINE_COLUMNS, STORED_AS, InvoicePlans, frame
from exact_online.transform.rejections import rejected_invoices, rejections_of
from exact_online.transform.revenue_cells import CELL, cell_key, gross_per_cell, revenue_cells
from exact_online.transform.vat import entry_lines_of, vat_of_booking_lines


def transform_invoices(
    invoices: pd.DataFrame,
    lines: pd.DataFrame,
    settings: PracticeSettings,
    lists: ExactLists,
    credited: pd.DataFrame | None = None,
) -> InvoicePlans:
    """Plan the bookings of these invoices (C3, M3, M4, M8, M11, M17).

    `invoices`, `lines` and `credited` are the frames of docs/contracts.md, in any order; the plans
    come sorted by source key. Every invoice is either a booking or a rejection. ContractBroken when
    a line belongs to no invoice.
    """
    # 1. One row per invoice, with its period, payment condition and entry number.
    headers = read_headers(invoices, settings, lists)
    # 2. One row per line, with its VAT rate and revenue group.
    lines = read_lines(lines, headers)
    # 3. What is wrong in James: the first reason of each line, then of each invoice.
    lines["reason"] = first_reasons(check_lines(lines))
    headers["lines_total_cents"] = lines.groupby("invoice")["amount_cents"].sum().astype("Int64")
    headers["rejection"] = rejections_of(first_reasons(check_invoices(headers, lines)))
    # 4. What is wrong with the journal, the debtor side or the payment condition in Exact.
    headers["rejection"] = headers["rejection"].fillna(headers["condition_rejection"])
    # 5. What each remaining invoice comes to per revenue cell: its booking lines.
    booking_lines = gross_per_cell(lines[_accepted(lines, headers)])
    booking_lines = add_credited(booking_lines, credited, headers["invoice_key"], CELL)
    # 6. Where each cell is booked: by the settings, a credit as what it credits; the first cell
    # that can't be booked rejects the invoice.
    cells = revenue_cells(booking_lines, settings, lists)
    booking_lines = number_entry_lines(booking_lines.merge(cells, on=cell_key(booking_lines)))
    wrong = booking_lines.dropna(subset="cell_rejection").drop_duplicates("invoice").set_index("invoice")
    headers["rejection"] = headers["rejection"].fillna(wrong["cell_rejection"])
    booking_lines = booking_lines[_accepted(booking_lines, headers)]
    # 7. One entry line per ledger account and VAT code, with its VAT; then the VAT of each booking
    # line.
    booking_lines["entry"] = booking_lines.groupby(["invoice", "entry_line"]).ngroup()
    entry_lines = entry_lines_of(booking_lines)
    booking_lines["vat_cents"] = vat_of_booking_lines(booking_lines, entry_lines)
    # 8. The payloads, and the frames for the ledger.
    accepted = headers[headers["rejection"].isna()]
    payload = payloads(accepted, prepare_lines(entry_lines, booking_lines), settings)
    bookings = accepted.assign(payload=payload)
    bookings = bookings.assign(fingerprint=entry_fingerprints(bookings)).rename(columns=STORED_AS)
    return InvoicePlans(
        bookings=frame(BOOKING_COLUMNS, bookings),
        booking_lines=_booking_lines(booking_lines, accepted["invoice_key"]),
        rejections=rejected_invoices(headers, lines),
        warnings=invoice_warnings(accepted),
    )


def _accepted(rows: pd.DataFrame, headers: pd.DataFrame) -> pd.Series:
    """Which rows belong to an invoice without a rejection so far."""
    return rows["invoice"].isin(headers.index[headers["rejection"].isna()])


def _booking_lines(booking_lines: pd.DataFrame, keys: pd.Series) -> pd.DataFrame:
    """The booking lines, numbered from 1 within each invoice."""
    numbers = booking_lines.groupby("invoice").cumcount() + 1
    keys = booking_lines["invoice"].map(keys)
    return frame(BOOKING_LINE_COLUMNS, booking_lines.assign(line_number=numbers, source_key=keys))

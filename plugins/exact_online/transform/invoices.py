"""Invoices and their lines become bookings or rejections. Pure: the same rows give the same bytes, in any chunking by invoice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from exact_online.settings import ExactLists, PracticeSettings
from exact_online.transform import headers as header_columns
from exact_online.transform.amounts import BookingLines, split, without_empty_lines
from exact_online.transform.entries import Accepted, general_journal_entries, sales_entries
from exact_online.transform.headers import CONDITIONS, Headers, PeriodTable, check_headers, texts
from exact_online.transform.lines import GROUPS as REVENUE_GROUPS
from exact_online.transform.lines import (
    Lines,
    any_per_invoice,
    cells_of,
    check_lines,
    group_of_cell,
    places_of_invoices,
    rate_of_cell,
    rates_and_eras,
    read_lines,
)
from exact_online.transform.money_arrays import Int64s, Texts
from exact_online.transform.payload_text import fingerprints
from exact_online.transform.plans import BOOKING_COLUMNS, BOOKING_LINE_COLUMNS, InvoicePlans, frame, joined
from exact_online.transform.postings import Chart, Postings, postings_of
from exact_online.transform.refusals import CELL_REFUSED, CONDITION_REFUSED, Mask, Ranks
from exact_online.transform.rejected import Findings, rejections
from exact_online.transform.vat_rates import RATES
from exact_online.vocabulary import BookingKind

INVOICES_PER_CHUNK = 25_000
"""Bounds the working memory; about 100,000 lines."""


def double_numbers(invoices: pd.DataFrame, lists: ExactLists) -> dict[str, str]:
    """Which invoices of a whole batch share a number: needed only by a caller who hands the batch over in parts."""
    return header_columns.double_numbers(invoices, PeriodTable(lists.periods))


def transform_invoices(
    invoices: pd.DataFrame,
    lines: pd.DataFrame,
    settings: PracticeSettings,
    lists: ExactLists,
    *,
    doubles: Mapping[str, str] | None = None,
    invoices_per_chunk: int = INVOICES_PER_CHUNK,
) -> InvoicePlans:
    """Plan the bookings of a batch (C3, M3, M4, M8, M11, M17).

    `invoices` and `lines` are the frames of docs/contracts.md, in any order; the plans come sorted by source key. Every invoice is either
    a booking or a rejection. `doubles` comes from `double_numbers` when the batch is handed over in parts. ContractBroken when a line
    belongs to no invoice.
    """
    return joined(
        plan_in_chunks(
            invoices, lines, settings, lists, doubles=doubles, invoices_per_chunk=invoices_per_chunk
        )
    )


def plan_in_chunks(
    invoices: pd.DataFrame,
    lines: pd.DataFrame,
    settings: PracticeSettings,
    lists: ExactLists,
    *,
    doubles: Mapping[str, str] | None = None,
    invoices_per_chunk: int = INVOICES_PER_CHUNK,
) -> Iterator[InvoicePlans]:
    """As `transform_invoices`, one part at a time, so that a caller can store a part before the next is made; at least one part."""
    chart, periods = Chart(settings, lists), PeriodTable(lists.periods)
    shared = header_columns.double_numbers(invoices, periods) if doubles is None else doubles
    ordered = _by_key(invoices)
    invoice = places_of_invoices(texts(ordered, "invoice_key"), texts(lines, "invoice_key"))
    order = None if (np.diff(invoice) >= 0).all() else np.argsort(invoice, kind="stable")
    sorted_invoice = invoice if order is None else invoice[order]
    for first in range(0, max(len(ordered), 1), invoices_per_chunk):
        headers = Headers(ordered.iloc[first : first + invoices_per_chunk], periods)
        start, end = np.searchsorted(sorted_invoice, [first, first + len(headers)])
        rows = slice(start, end) if order is None else order[start:end]
        part = read_lines(lines.iloc[rows], sorted_invoice[start:end] - first, chart.professions)
        yield _plan(headers, part, chart, shared)


def _by_key(invoices: pd.DataFrame) -> pd.DataFrame:
    """Each key once (a key that comes twice is refused, once), in code point order."""
    unique = (
        invoices.drop_duplicates("invoice_key") if invoices["invoice_key"].duplicated().any() else invoices
    )
    return (
        unique
        if unique["invoice_key"].is_monotonic_increasing
        else unique.sort_values("invoice_key", kind="stable")
    )


def _plan(headers: Headers, lines: Lines, chart: Chart, doubles: Mapping[str, str]) -> InvoicePlans:
    """One chunk: check everything, then split, then write."""
    ranks = Ranks(len(headers))
    check_headers(headers, doubles, ranks)
    rates, eras = rates_and_eras(lines, headers)
    check_lines(lines, rates, headers, ranks)
    refused_conditions = np.array(
        [chart.condition_refusals[condition] is not None for condition in CONDITIONS]
    )
    ranks.refuse(refused_conditions[headers.conditions], CONDITION_REFUSED)
    cells = cells_of(lines, rates, headers)
    postings = _check_cells(lines, cells, chart, ranks)
    booking_lines, entry_lines = split(lines, cells, ranks.accepted[lines.invoice], eras, postings)
    accepted = Accepted(
        headers, without_empty_lines(entry_lines, len(headers)), np.flatnonzero(ranks.accepted), postings
    )
    return InvoicePlans(
        bookings=_bookings(accepted),
        booking_lines=_booking_lines(booking_lines, headers, postings),
        rejections=rejections(Findings(headers, lines, rates, cells, ranks, postings, doubles)),
    )


def _check_cells(lines: Lines, cells: Int64s, chart: Chart, ranks: Ranks) -> Postings:
    """Refuse the invoices that use a cell which can't be booked. Only invoices without another reason are looked at."""
    considered = ranks.accepted[lines.invoice]
    postings = postings_of(np.unique(cells[considered]).tolist(), lines.space, chart)
    if postings.refusals:
        wrong = considered & np.isin(cells, list(postings.refusals))
        ranks.refuse(any_per_invoice(wrong, lines, len(ranks.ranks)), CELL_REFUSED)
    return postings


def _bookings(accepted: Accepted) -> pd.DataFrame:
    """The bookings frame: both kinds written apart, in the order of their keys."""
    headers, places, settings = accepted.headers, accepted.places, accepted.postings.chart.settings
    desk = headers.at_the_desk
    payloads: Texts = np.empty(len(places), dtype=object)
    payloads[~desk[places]] = sales_entries(accepted.only(~desk))
    payloads[desk[places]] = general_journal_entries(accepted.only(desk))
    numbers = texts(headers.frame, "invoice_number")
    data = {
        "source_key": headers.keys[places],
        "kind": _either(desk[places], BookingKind.GENERAL_JOURNAL_ENTRY, BookingKind.SALES_ENTRY),
        "debtor_number": texts(headers.frame, "debtor_number")[places],
        "journal": _either(desk[places], settings.general_journal, settings.sales_journal),
        "financial_year": headers.years[places],
        "financial_period": headers.periods.numbers(headers.period_places[places]),
        "entry_date": headers.days[places].astype("datetime64[s]"),
        "entry_number": headers.entry_numbers[places],
        "reference": np.where(desk, numbers, headers.references)[places],
        "total_cents": headers.totals[places],
        "payload": payloads,
        "fingerprint": fingerprints(payloads.tolist()),
        "source_changed_at": texts(headers.frame, "changed_at")[places],
    }
    return frame(BOOKING_COLUMNS, data)


def _either(where: Mask, yes: str, no: str) -> Texts:
    return np.array([str(no), str(yes)], dtype=object)[where.astype(np.int64)]


def _booking_lines(lines: BookingLines, headers: Headers, postings: Postings) -> pd.DataFrame:
    """The booking lines frame: numbered from 1 within each invoice."""
    professions = np.array([*postings.space.professions, ""], dtype=object)
    starts = np.flatnonzero(np.diff(lines.invoice, prepend=-1))
    sizes = np.diff(starts, append=len(lines.invoice))
    data = {
        "source_key": headers.keys[lines.invoice],
        "line_number": np.arange(len(lines.invoice)) - np.repeat(starts, sizes) + 1,
        "profession": professions[lines.cell // (len(REVENUE_GROUPS) * len(RATES))],
        "revenue_group": np.array([group.value for group in REVENUE_GROUPS], dtype=object)[
            group_of_cell(lines.cell)
        ],
        "vat_rate": np.array([rate.value for rate in RATES], dtype=object)[rate_of_cell(lines.cell)],
        "gl_account": postings.gl_account[lines.cell],
        "vat_code": postings.vat_code[lines.cell],
        "gross_cents": lines.gross,
        "vat_cents": lines.vat,
    }
    return frame(BOOKING_LINE_COLUMNS, data)

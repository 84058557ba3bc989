"""Rejections: each refused invoice with its reason and the values its sentence needs, and no others (M21)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from exact_online.money import amount_text
from exact_online.reasons import Reason, placeholders, record_values
from exact_online.transform.headers import CONDITIONS, Headers, records, texts
from exact_online.transform.lines import NO_PERCENTAGE, Lines, line_checks, totals_per_invoice
from exact_online.transform.money_arrays import Int64s
from exact_online.transform.plans import REJECTION_COLUMNS, frame
from exact_online.transform.postings import Postings
from exact_online.transform.preflight import Refusal
from exact_online.transform.refusals import CONDITION_REFUSED, INVOICE_ORDER, Ranks
from exact_online.vocabulary import BookingKind

NO_LINE_NUMBER = np.iinfo(np.int64).max
"""Sorts behind every line that has one."""
VALUE_LENGTH = 100


@dataclass(frozen=True)
class Findings:
    """All that was found out about the invoices of a chunk."""

    headers: Headers
    lines: Lines
    rates: Int64s
    cells: Int64s
    ranks: Ranks
    postings: Postings
    doubles: Mapping[str, str]


def rejections(findings: Findings) -> pd.DataFrame:
    """One row per refused invoice (docs/contracts.md), in the order of the headers."""
    headers = findings.headers
    refused = np.flatnonzero(~findings.ranks.accepted)
    explained = _explained(findings, refused) if len(refused) else []
    data = {
        "source_key": headers.keys[refused],
        "kind": np.where(
            headers.at_the_desk[refused], BookingKind.GENERAL_JOURNAL_ENTRY, BookingKind.SALES_ENTRY
        ).astype(object),
        "debtor_number": headers.frame["debtor_number"].iloc[refused].fillna("").to_numpy(dtype=object),
        "reason": [refusal.reason.value for refusal in explained],
        "reason_values": [json.dumps(refusal.values, ensure_ascii=False) for refusal in explained],
        "total_cents": headers.totals[refused],
        "entry_date": headers.frame["invoice_date"].iloc[refused].to_numpy(dtype="datetime64[s]"),
        "source_changed_at": texts(headers.frame, "changed_at")[refused],
    }
    return frame(REJECTION_COLUMNS, data)


def _explained(findings: Findings, refused: Int64s) -> list[Refusal]:
    """The reason of each refused invoice, with its values."""
    first_lines = np.searchsorted(findings.lines.invoice, refused)
    end_lines = np.searchsorted(findings.lines.invoice, refused, side="right")
    lines_totals = totals_per_invoice(findings.lines, len(findings.headers))[refused]
    rows = records(findings.headers.frame.iloc[refused])
    wrong_lines = WrongLines(findings)
    refusals = []
    for place, row, total, first, end in zip(
        refused.tolist(), rows, lines_totals.tolist(), first_lines, end_lines, strict=True
    ):
        own_lines = slice(first, end)
        found = _found(findings, place, own_lines)
        values = _header_values(row, findings.doubles) | {"lines_total": amount_text(total)}
        values |= found.values or wrong_lines.values(found.reason, own_lines)
        refusals.append(
            Refusal(
                found.reason, {name: values[name] for name in placeholders(found.reason) if name in values}
            )
        )
    return refusals


def _found(findings: Findings, place: int, own_lines: slice) -> Refusal:
    """The reason of one invoice, with the values that the check itself knows."""
    rank = int(findings.ranks.ranks[place])
    if rank < len(INVOICE_ORDER):
        return Refusal(INVOICE_ORDER[rank], {})
    if rank == CONDITION_REFUSED:
        refusal = findings.postings.chart.condition_refusals[CONDITIONS[findings.headers.conditions[place]]]
    else:
        cells = np.sort(findings.cells[own_lines]).tolist()
        refusal = next(
            findings.postings.refusals[cell] for cell in cells if cell in findings.postings.refusals
        )
    assert refusal is not None
    return refusal


def _header_values(row: Mapping[str, Any], doubles: Mapping[str, str]) -> dict[str, str]:
    number = _text(row["invoice_number"]) or _text(row["invoice_key"])
    return {
        **record_values(BookingKind.SALES_ENTRY, number),
        "key": _text(row["invoice_key"]),
        "number": number,
        "claim": _text(row["claim_number"]),
        "debtor": _text(row["debtor_number"]),
        "invoice_kind": _text(row["invoice_kind"]),
        "debtor_kind": _text(row["debtor_kind"]),
        "condition": _text(row["payment_condition"]),
        "currency": _text(row["currency"]),
        "date": _text(row["invoice_date"])[:10],
        "total": _text(row["total_text"]),
        "records": doubles.get(row["invoice_key"], ""),
    }


class WrongLines:
    """The lines that fail a check by themselves; only their columns as arrays, so that a batch of nothing but refusals stays fast."""

    def __init__(self, findings: Findings) -> None:
        lines = findings.lines
        self.checks = line_checks(lines, findings.rates)
        self.numbers = lines.frame["line_number"].to_numpy(dtype=np.int64, na_value=NO_LINE_NUMBER)
        self.amounts, self.origins = texts(lines.frame, "amount_text"), texts(lines.frame, "item_origin")
        self.basis_points = lines.basis_points

    def values(self, reason: Reason, own_lines: slice) -> dict[str, str]:
        """Of the first wrong line of an invoice, by its number; nothing when it is the header that is wrong."""
        wrong = (
            np.flatnonzero(self.checks[reason][own_lines]) + own_lines.start if reason in self.checks else ()
        )
        if len(wrong) == 0:
            return {}
        first = min(wrong, key=lambda place: self.numbers[place])
        number, percentage = self.numbers[first], self.basis_points[first]
        return {
            "line": "" if number == NO_LINE_NUMBER else str(number),
            "amount": _text(self.amounts[first]),
            "item_origin": _text(self.origins[first]),
            "percentage": "" if percentage == NO_PERCENTAGE else amount_text(int(percentage)),
        }


def _text(value: Any) -> str:
    """A value as a sentence shows it, at a bounded length."""
    return "" if pd.isna(value) else str(value)[:VALUE_LENGTH]

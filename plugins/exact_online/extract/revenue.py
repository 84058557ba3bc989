"""What James says the invoices come to: summed by James itself, or line by line. Gross,
in euros.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row

from exact_online.extract.reach import reaching
from exact_online.ledger import JamesAmount, JamesTotal
from exact_online.statements import statement


def revenue_totals(
    james: psycopg.Connection[Any], james_practice_code: str, days: tuple[dt.date, dt.date]
) -> list[JamesTotal]:
    """Return what James sums over `days` (first, day after the last), per kind of debtor,
    item and VAT.

    Raises Unreachable when James is away.
    """
    asked = {"james_practice_code": james_practice_code, "from_date": days[0], "before_date": days[1]}
    return [JamesTotal(**row) for row in _rows(james, "revenue_totals", asked)]


def invoice_amounts(
    james: psycopg.Connection[Any], james_practice_code: str, invoice_keys: Sequence[str]
) -> dict[str, list[JamesAmount]]:
    """Return the lines of each of these invoices with its debtor's kind. Raises Unreachable."""
    if not invoice_keys:
        return {}
    asked = {"invoice_keys": list(invoice_keys), "james_practice_code": james_practice_code}
    kinds = {row["invoice_key"]: row["debtor_kind"] for row in _rows(james, "invoices", asked)}
    amounts: dict[str, list[JamesAmount]] = {key: [] for key in kinds}
    for line in _rows(james, "invoice_lines", asked):
        key = line["invoice_key"]
        amounts.setdefault(key, []).append(
            JamesAmount(kinds.get(key), line["item_origin"], line["vat_percentage"], line["amount"])
        )
    return amounts


def _rows(james: psycopg.Connection[Any], name: str, asked: dict[str, Any]) -> list[DictRow]:
    with reaching(james), james.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement("james", name), asked).fetchall()

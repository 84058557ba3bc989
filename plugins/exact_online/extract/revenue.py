"""What James says the invoices come to: summed by James itself, or line by line. Gross,
in euros.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
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


def totals_before(
    james: psycopg.Connection[Any],
    james_practice_code: str,
    scope: tuple[dt.date, dt.date],
    first_day: dt.date,
    totals: Sequence[JamesTotal],
) -> list[JamesTotal]:
    """Return `totals`, which are of the days from `first_day` on and of what has no day, with what
    James sums over the days of `scope` (first, day after the last) before that.

    A month that has days on both sides becomes one. Raises Unreachable.
    """
    before = min(first_day, scope[1])
    if scope[0] >= before:
        return list(totals)
    older = revenue_totals(james, james_practice_code, (scope[0], before))
    added: dict[Any, JamesTotal] = {}
    for total in [*(total for total in older if total.month is not None), *totals]:
        cell = (total.month, total.debtor_kind, total.item_origin, total.vat_percentage)
        known = added.get(cell)
        added[cell] = total if known is None else _sum(known, total)
    return list(added.values())


def _sum(one: JamesTotal, other: JamesTotal) -> JamesTotal:
    amount = (one.amount or Decimal(0)) + (other.amount or Decimal(0))
    return replace(one, amount=amount, invoices=one.invoices + other.invoices)


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

"""Five practices of the morning: what each has in James and in Exact before anything goes wrong."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import psycopg

from dev.demo.james import create_james
from dev.demo.practices import Practice, practice
from exact_online.vocabulary import VatRate
from tests.link.james import SmallJames, furnish

DAY = dt.date(2026, 11, 20)
OLD_DAY = dt.date(2026, 10, 15)
"""A day of the period that is closed in some divisions."""
TOWNS = ("beek", "duin", "heide", "kade", "plein")
FIRST = 10
"""So many debtors of each practice have an invoice that the first night books."""


@cache
def practices() -> tuple[Practice, ...]:
    """Return the five: like the demo's first, the second with VAT codes that include VAT."""
    model, including = practice("noorderlicht"), practice("de_brug")
    found = []
    for number, town in enumerate(TOWNS, start=1):
        made = replace(
            model,
            code=f"fysio_{town}",
            name=f"Fysiotherapie {town.capitalize()}",
            james_practice_code=f"P7{number:03}",
            division_name=f"Fysiotherapie {town.capitalize()} B.V.",
            first_sync_date=model.link_date,
            backfill="nothing",
            professions={"fysiotherapie": 8000},
            foreign_relations=(f"90{number:04} Leverancier {town.capitalize()}",),
        )
        found.append(replace(made, vat_codes=including.vat_codes) if town == "duin" else made)
    return tuple(found)


def number_of(code: str) -> int:
    """Return the place of a practice, from 1: its key in James, the first digit of its numbers."""
    return [each.code for each in practices()].index(code) + 1


def debtor(code: str, place: int) -> str:
    """Return the number of the debtor at a place."""
    return f"{number_of(code)}{place:03}"


def invoice(code: str, place: int) -> int:
    """Return the number, and the key, of the invoice at a place."""
    return int(f"26{number_of(code)}{place:04}")


def key(code: str, place: int) -> str:
    """Return how the link calls that invoice."""
    return f"factuur:{invoice(code, place)}"


def zero_vat(code: str) -> str:
    """Return the VAT code of 0 % in the division of a practice."""
    return practices()[number_of(code) - 1].vat_codes[VatRate.ZERO].code


def fill(dsn: str) -> None:
    """Make James with the five practices; each has ten debtors with an invoice of 10,00."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        create_james(connection)
        for number, of in enumerate(practices(), start=1):
            furnish(connection, of, number)
            james = SmallJames(connection, number)
            for place in range(1, FIRST + 1):
                james.debtor(debtor(of.code, place))
                james.invoice(invoice(of.code, place), debtor(of.code, place), day=DAY)

"""One practice as James knows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import class_row, dict_row

from exact_online.extract.contract import contract
from exact_online.extract.reach import reaching
from exact_online.failures import NotReady
from exact_online.stops import Stop


@dataclass(frozen=True)
class JamesPractice:
    """A row of include/sql/james/practice.sql."""

    james_practice_code: str
    name: str
    first_debtor_number: int
    """Where the numbers of new debtors start (M16)."""


@dataclass(frozen=True)
class JamesProfession:
    """A row of include/sql/james/professions.sql."""

    code: str
    name: str


def james_professions(james: psycopg.Connection[Any], code: str) -> list[JamesProfession]:
    """Return the professions in use of the practice with James' own code, by code (M8).

    Raises JamesFailure when the statement fails.
    """
    with reaching(james), james.cursor(row_factory=class_row(JamesProfession)) as cursor:
        return cursor.execute(contract("professions").text, {"james_practice_code": code}).fetchall()


def james_practice(james: psycopg.Connection[Any], code: str) -> JamesPractice | None:
    """Return the practice with James' own code, or None when James has none.

    Raises JamesFailure when the statement fails.
    """
    with reaching(james), james.cursor(row_factory=class_row(JamesPractice)) as cursor:
        return cursor.execute(contract("practice").text, {"james_practice_code": code}).fetchone()


@dataclass(frozen=True)
class JamesIdentity:
    """A row of include/sql/james/practice_identity.sql; None where James does not say."""

    name: str
    chamber_of_commerce: str | None
    vat_number: str | None
    iban: str | None


def james_identity(james: psycopg.Connection[Any], code: str) -> JamesIdentity:
    """Return what the practice is called and registered as (M6).

    Raises NotReady when James has no such practice, JamesFailure when the statement fails.
    """
    with reaching(james), james.cursor(row_factory=class_row(JamesIdentity)) as cursor:
        text = contract("practice_identity").text
        found = cursor.execute(text, {"james_practice_code": code}).fetchone()
    if found is None:
        raise NotReady(Stop.JAMES_PRACTICE_UNKNOWN, james_code=code, practice=code)
    return found


def james_invoice_numbers(
    james: psycopg.Connection[Any], code: str, first_day: dt.date
) -> tuple[int, int] | None:
    """Return the lowest and highest number since a day; None without any.

    Raises JamesFailure when the statement fails.
    """
    parameters = {"james_practice_code": code, "from_date": first_day}
    with reaching(james), james.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(contract("invoice_numbers").text, parameters).fetchone()
    return (row["lowest"], row["highest"]) if row and row["lowest"] is not None else None


def james_cards(james: psycopg.Connection[Any], code: str) -> list[dict[str, Any]]:
    """Return the rows of include/sql/james/debtors.sql, texts cleaned, none missing.

    Raises JamesFailure when the statement fails.
    """
    with reaching(james), james.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(contract("debtors").text, {"james_practice_code": code}).fetchall()
    return [{name: (value or "").strip() for name, value in row.items()} for row in rows]

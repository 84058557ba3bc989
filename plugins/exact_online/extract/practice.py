"""One practice as James knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import class_row

from exact_online.extract.contract import contract
from exact_online.extract.reach import reaching


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

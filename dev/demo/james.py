"""Make a James database with practices, debtors and invoices. The same seed gives the same rows.

python -m dev.demo.james --dsn DSN [--lines N] [--seed N]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import psycopg

from dev.demo.james_catalog import PROFESSION_IDS, Catalog, make_catalog, price_lists
from dev.demo.james_copy import copy_frame, euros
from dev.demo.james_debtors import IDS_PER_PRACTICE, Debtors, make_debtors
from dev.demo.james_invoice_tables import invoice_frames
from dev.demo.james_invoices import HISTORY_END, LINES_PER_INVOICE, make_invoices
from dev.demo.james_items import PROFESSIONS
from dev.demo.james_names import TREATMENT_NOTES
from dev.demo.practices import Practice, newcomer, practices
from exact_online.statements import statement

SEED = 20261158
"""With this seed every kind of invoice occurs in each demo practice from its link date on.

A test checks that.
"""
INVOICES_PER_PATIENT = 20
"""At most, on average: a practice with more invoices gets more patients than its shape says."""


@dataclass(frozen=True)
class Size:
    """How many invoices to make."""

    invoices: int | None = None
    """Of all practices together, without drafts and credits, divided in the ratio of their shapes.

    None makes as many as the shapes say.
    """


def create_james(connection: psycopg.Connection[Any]) -> None:
    """Make the schema ``james`` in an empty database, and the role ``james_reader`` when missing.

    Raise psycopg.errors.DuplicateSchema when the database has a schema ``james`` already.
    """
    with connection.transaction():
        connection.execute(statement("demo", "schema").encode())


def fill_james(
    connection: psycopg.Connection[Any],
    wanted: Sequence[Practice] | None = None,
    seed: int = SEED,
    size: Size | None = None,
) -> int:
    """Add practices with all their data in one transaction; return the number of invoice lines.

    The rows of a practice depend on the seed, its description, its size and its place
    (in practices.toml, or else in ``wanted``).
    The connection must be a superuser's. He turns off the triggers, so that the times of change
    are those of the history, and a million lines are not checked for their keys one by one.
    """
    wanted = practices() if wanted is None else wanted
    with connection.transaction():
        connection.execute("set local timezone to 'Europe/Amsterdam'")
        connection.execute("set local session_replication_role to replica")
        _add_professions(connection)
        scale = _scale(wanted, size)
        lines = sum(
            _fill_practice(connection, practice, _practice_id(practice, place), seed, scale)
            for place, practice in enumerate(wanted, start=1)
        )
    connection.execute("analyze")
    return lines


def fill_once(dsn: str) -> None:
    """Fill a database that has no schema ``james`` with the demo's; leave another one as it is.

    The newcomer is added to a database of an earlier version, which lacks him.
    """
    with psycopg.connect(dsn) as james:
        there = james.execute("select to_regclass('james.praktijk') is not null").fetchone()
        if there and not there[0]:
            create_james(james)
            fill_james(james)
        code = newcomer().james_practice_code
        if not james.execute("select 1 from james.praktijk where praktijkcode = %s", [code]).fetchone():
            fill_james(james, [newcomer()])


def _scale(wanted: Sequence[Practice], size: Size | None) -> float:
    usual = sum(
        practice.shape.invoices_before_link + practice.shape.invoices_from_link for practice in wanted
    )
    return 1.0 if size is None or size.invoices is None else size.invoices / usual


def _add_professions(connection: psycopg.Connection[Any]) -> None:
    rows = [(PROFESSION_IDS[code], code, name) for code, name in PROFESSIONS.items()]
    connection.cursor().executemany(
        "insert into james.professie values (%s, %s, %s) on conflict do nothing", rows
    )


def _practice_id(practice: Practice, place: int) -> int:
    """Return a practice's id: of a demo practice it does not depend on which others are made."""
    return practices().index(practice) + 1 if practice in practices() else len(practices()) + place


def _fill_practice(
    connection: psycopg.Connection[Any], practice: Practice, practice_id: int, seed: int, scale: float
) -> int:
    rng = np.random.default_rng([seed, practice_id])
    counts = (
        round(practice.shape.invoices_before_link * scale),
        round(practice.shape.invoices_from_link * scale),
    )
    patients = max(practice.shape.patients, sum(counts) // INVOICES_PER_PATIENT)
    debtors = make_debtors(practice, practice_id, patients, rng)
    catalog = make_catalog(practice, practice_id)
    invoices, lines = make_invoices(practice, debtors, catalog, counts, rng)
    tables = {
        **_practice_tables(practice, practice_id, catalog),
        **price_lists(catalog, practice_id),
        "debiteur": debtors.cards,
        **_medical_tables(practice_id, debtors, catalog, rng),
        **invoice_frames(practice_id, invoices, lines, debtors, catalog, rng),
    }
    for table, frame in tables.items():
        copy_frame(connection, table, frame)
    return len(lines.owner)


def _practice_tables(practice: Practice, practice_id: int, catalog: Catalog) -> dict[str, pd.DataFrame]:
    professions = catalog.professions
    return {
        "praktijk": pd.DataFrame(
            {
                "praktijk_id": [practice_id],
                "praktijkcode": [practice.james_practice_code],
                "naam": [practice.name],
                "plaats": [practice.city],
                "startnummer_debiteuren": [practice.first_debtor_number],
            }
        ),
        "praktijk_professie": pd.DataFrame({"praktijk_id": practice_id, "professie_id": professions}),
        "medewerker": pd.DataFrame(
            {
                "medewerker_id": practice_id * 100 + np.arange(len(professions)),
                "praktijk_id": practice_id,
                "professie_id": professions,
                "naam": [f"Behandelaar {place}" for place in range(1, len(professions) + 1)],
            }
        ),
    }


def _medical_tables(
    practice_id: int, debtors: Debtors, catalog: Catalog, rng: np.random.Generator
) -> dict[str, pd.DataFrame]:
    """Treatments and work in progress: tests prove that they never leave James (M3, M5)."""
    patients = debtors.patients["patient_id"].to_numpy(np.int64)
    tariffs = catalog.items[~catalog.items["article"]]
    chosen = rng.integers(0, len(tariffs), len(patients))
    days = (HISTORY_END - rng.integers(0, 10, len(patients))).astype(str)
    return {
        "patient": debtors.patients,
        "consult": pd.DataFrame(
            {
                "consult_id": practice_id * IDS_PER_PRACTICE + np.arange(len(patients)),
                "patient_id": patients,
                "medewerker_id": practice_id * 100,
                "datum": days,
                "behandelverslag": rng.choice(TREATMENT_NOTES, len(patients)),
            }
        ),
        "onderhanden_werk": pd.DataFrame(
            {
                "onderhanden_werk_id": practice_id * IDS_PER_PRACTICE + np.arange(len(patients)),
                "praktijk_id": practice_id,
                "patient_id": patients,
                "tarief_id": tariffs["id"].to_numpy()[chosen],
                "datum": days,
                "bedrag": euros(tariffs["price_cents"].to_numpy(np.int64)[chosen]),
            }
        ),
    }


def main(words: Sequence[str] | None = None) -> str:
    """Make the database that the command line asks for, and return a sentence about it."""
    parser = argparse.ArgumentParser(
        prog="python -m dev.demo.james", description="Make the demo's James database."
    )
    parser.add_argument("--dsn", required=True, help="an empty PostgreSQL database")
    parser.add_argument(
        "--lines",
        type=int,
        help="about this many invoice lines in all; without it the demo's small size",
    )
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args(words)
    began = time.perf_counter()
    size = Size(invoices=round(chosen.lines / LINES_PER_INVOICE)) if chosen.lines else None
    with psycopg.connect(chosen.dsn, autocommit=True) as connection:
        create_james(connection)
        lines = fill_james(connection, seed=chosen.seed, size=size)
    seconds = time.perf_counter() - began
    return f"James holds {len(practices())} practices with {lines} invoice lines, made in {seconds:.1f} s."


if __name__ == "__main__":
    try:
        print(main())
    except psycopg.errors.DuplicateSchema:
        sys.exit("This database holds a James already: name an empty one, or drop the schema james first.")
    except psycopg.OperationalError as problem:
        sys.exit(f"The database of --dsn can't be reached: {problem}")

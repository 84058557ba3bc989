"""Makes a James database: schema, practices, debtors, invoices. The same seed gives the same rows.

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
from dev.demo.james_invoices import HISTORY_END, LINES_PER_INVOICE, invoice_frames, make_invoices
from dev.demo.james_items import PROFESSIONS
from dev.demo.james_words import TREATMENT_NOTES
from dev.demo.practices import Practice, practices
from exact_online.statements import statement

SEED = 20261158
"""With this one each demo practice shows all it should from its link date on; a test holds it to that."""
INVOICES_PER_PATIENT = 20
"""A big practice has more patients too."""


@dataclass(frozen=True)
class Size:
    """How much to make beside what each practice's shape says; None is the demo's own small size."""

    invoices: int | None = None
    """Of all practices together, without drafts and credits; each gets its share by shape."""


def create_james(connection: psycopg.Connection[Any]) -> None:
    """Make the schema ``james`` in an empty database, and the role ``james_reader`` when the server has none."""
    with connection.transaction():
        connection.execute(statement("demo", "schema").encode())


def fill_james(
    connection: psycopg.Connection[Any],
    wanted: Sequence[Practice] | None = None,
    seed: int = SEED,
    size: Size | None = None,
) -> int:
    """Add practices with all their data in one transaction; the number of invoice lines made.

    A practice's rows depend on the seed, on what describes it, on its size and on its place (in practices.toml, or else in ``wanted``).
    Asks for a superuser: history is written as it was, without the stamps of James' triggers, and a million lines without a key check
    each.
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
    """A database without a James gets the demo's; one that has it stays as it is, whatever happened to the books since."""
    with psycopg.connect(dsn) as james:
        there = james.execute("select to_regclass('james.praktijk') is not null").fetchone()
        if there and not there[0]:
            create_james(james)
            fill_james(james)


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
    """A demo practice has the same id whatever stands beside it."""
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
    """Treatments and work in progress: there so that a test can prove that nothing of it leaves James (M3, M5)."""
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
    parser = argparse.ArgumentParser(
        prog="python -m dev.demo.james", description="Make the demo's James database."
    )
    parser.add_argument("--dsn", required=True, help="an empty PostgreSQL database")
    parser.add_argument(
        "--lines", type=int, help="about so many invoice lines in all; the demo's small size when left out"
    )
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args(words)
    began = time.perf_counter()
    size = Size(invoices=round(chosen.lines / LINES_PER_INVOICE)) if chosen.lines else None
    with psycopg.connect(chosen.dsn, autocommit=True) as connection:
        create_james(connection)
        lines = fill_james(connection, seed=chosen.seed, size=size)
    return f"James holds {len(practices())} practices with {lines} invoice lines, made in {time.perf_counter() - began:.1f} s."


if __name__ == "__main__":
    try:
        print(main())
    except psycopg.errors.DuplicateSchema:
        sys.exit("This database holds a James already: name an empty one, or drop the schema james first.")
    except psycopg.OperationalError as problem:
        sys.exit(f"The database of --dsn can't be reached: {problem}")

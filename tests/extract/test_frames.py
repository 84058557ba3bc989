"""Staged rows come back as the frames of docs/contracts.md, to the cent and to the letter."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import psycopg
import pytest
from pandas.testing import assert_frame_equal

from exact_online.extract.frames import debtors_frame, invoice_chunks, invoices_frame, lines_frame
from exact_online.extract.james import stage_debtors, stage_invoices
from exact_online.ledger import Ledger
from tests.extract.conftest import OpenRun

Connection = psycopg.Connection[Any]


def stage_all(james: Connection, ledger: Connection, run: str, practice: str) -> None:
    stage_debtors(james, Ledger(ledger).staging, run, practice)
    stage_invoices(james, Ledger(ledger).staging, run, practice, dt.date(2025, 10, 1), dt.date(2026, 11, 16))


def kinds_of(frame: pd.DataFrame) -> dict[str, str]:
    return {str(column): str(kind) for column, kind in frame.dtypes.items()}


def test_columns_have_the_types_of_the_contract(
    james: Connection, ledger: Connection, open_run: OpenRun
) -> None:
    run = open_run("noorderlicht")
    stage_all(james, ledger, run, "noorderlicht")
    assert set(kinds_of(debtors_frame(Ledger(ledger).staging, run)).values()) == {"str"}
    invoices, lines = next(invoice_chunks(Ledger(ledger).staging, run))
    whole = {column: kind for column, kind in (kinds_of(invoices) | kinds_of(lines)).items() if kind != "str"}
    assert whole == {
        "invoice_date": "datetime64[s]",
        "total_cents": "Int64",
        "line_number": "Int64",
        "vat_basis_points": "Int64",
        "amount_cents": "Int64",
    }


def test_cents_are_james_own_amounts(
    james: Connection, james_owner: Connection, ledger: Connection, open_run: OpenRun
) -> None:
    run = open_run("loopwinkel")
    stage_all(james, ledger, run, "loopwinkel")
    invoices, lines = next(invoice_chunks(Ledger(ledger).staging, run))
    expected = james_owner.execute(
        "select sum(totaalbedrag * 100) from (select praktijk_id, status, "
        "totaalbedrag from james.factuur union all"
        " select praktijk_id, status, totaalbedrag from james.declaratie) as t where praktijk_id = 3 and "
        "status <> 'te factureren'"
    ).fetchone()
    assert expected
    assert invoices["total_cents"].sum() == lines["amount_cents"].sum() == expected[0]
    assert set(lines["vat_basis_points"]) == {0, 900, 2100}


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        ("12.34", 1234),
        ("-0.01", -1),
        ("1.10", 110),
        ("1.100", 110),
        ("0", 0),
        ("1.105", None),
        ("NaN", None),
        ("Infinity", None),
        ("1e15", 10**17),
        ("90071992547409.93", 9007199254740993),
        ("1e30", None),
        (None, None),
    ],
)
def test_an_amount_is_exact_or_missing(
    amount: str | None, cents: int | None, ledger: Connection, open_run: OpenRun
) -> None:
    """FR-G17: and what James has stays beside it, to be shown."""
    run = open_run("de_brug")
    ledger.execute(
        "insert into staged_invoice (run_id, invoice_key, total) values (%s, 'factuur:1', %s)", [run, amount]
    )
    ledger.execute(
        "insert into staged_invoice_line (run_id, invoice_key, amount) values (%s, 'factuur:1', %s)",
        [run, amount],
    )
    invoice, line = (
        invoices_frame(Ledger(ledger).staging, run).iloc[0],
        lines_frame(Ledger(ledger).staging, run, "", "factuur:1").iloc[0],
    )
    assert (None if pd.isna(invoice["total_cents"]) else invoice["total_cents"]) == cents
    assert (None if pd.isna(line["amount_cents"]) else line["amount_cents"]) == cents
    assert pd.isna(invoice["total_text"]) == (amount is None)


@pytest.mark.parametrize(
    "text",
    [
        "0012",
        "NA",
        "null",
        "nan",
        "",
        " ",
        'a"b,c',
        "line\nbreak\r\n",
        "\r",
        "Zoë 👩🏽‍⚕️ \u202e",
        "1e5",
        "\\N",
        "\\.",
    ],
)
def test_text_comes_back_to_the_letter(text: str, ledger: Connection, open_run: OpenRun) -> None:
    """FR-F8, FR-F9, FR-F11"""
    run = open_run("de_brug")
    ledger.execute(
        "insert into staged_debtor (run_id, debtor_number, name) values (%s, '7', %s)", [run, text]
    )
    debtor = debtors_frame(Ledger(ledger).staging, run).iloc[0]
    assert (debtor["debtor_number"], debtor["name"]) == ("7", text)
    assert pd.isna(debtor["iban"])


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2028-02-29", "2028-02-29"),
        ("9999-12-31", "9999-12-31"),
        ("1066-10-14", "1066-10-14"),
        ("infinity", "NaT"),
        (None, "NaT"),
    ],
)
def test_any_day_comes_back(day: str | None, expected: str, ledger: Connection, open_run: OpenRun) -> None:
    """FR-E9"""
    run = open_run("de_brug")
    ledger.execute(
        "insert into staged_invoice (run_id, invoice_key, invoice_date) values (%s, 'factuur:1', %s)",
        [run, day],
    )
    days = invoices_frame(Ledger(ledger).staging, run)["invoice_date"].to_numpy()
    assert np.datetime_as_string(days, unit="D").tolist() == [expected]


@pytest.mark.parametrize("invoices_per_chunk", [1, 7, 100])
def test_chunks_are_the_whole_in_order(
    invoices_per_chunk: int, james: Connection, ledger: Connection, open_run: OpenRun
) -> None:
    run = open_run("de_brug")
    stage_all(james, ledger, run, "de_brug")
    whole = next(invoice_chunks(Ledger(ledger).staging, run))
    chunks = list(invoice_chunks(Ledger(ledger).staging, run, invoices_per_chunk))
    for whole_frame, parts in zip(whole, zip(*chunks, strict=True), strict=True):
        assert_frame_equal(pd.concat(parts, ignore_index=True), whole_frame)
    assert all(set(lines["invoice_key"]) == set(invoices["invoice_key"]) for invoices, lines in chunks)


def test_two_rows_of_one_key_stay_together(ledger: Connection, open_run: OpenRun) -> None:
    """FR-G18: a double in the source is seen by whoever reads the chunk."""
    run = open_run("de_brug")
    for key in ("factuur:1", "factuur:2", "factuur:2", "factuur:3"):
        ledger.execute("insert into staged_invoice (run_id, invoice_key) values (%s, %s)", [run, key])
    sizes = [len(invoices) for invoices, _ in invoice_chunks(Ledger(ledger).staging, run, 2)]
    assert sizes == [3, 1]


def test_a_run_with_nothing_staged_has_no_chunks(ledger: Connection, open_run: OpenRun) -> None:
    run = open_run("de_brug")
    assert list(invoice_chunks(Ledger(ledger).staging, run)) == []
    assert len(debtors_frame(Ledger(ledger).staging, run)) == 0


def test_frames_do_not_depend_on_the_session(
    james: Connection, ledger: Connection, open_run: OpenRun
) -> None:
    """FR-E7: neither time zone nor date style of a server reaches a payload."""
    run = open_run("de_brug")
    stage_all(james, ledger, run, "de_brug")
    here = next(invoice_chunks(Ledger(ledger).staging, run))
    ledger.execute("set timezone to 'Asia/Tokyo'")
    ledger.execute("set datestyle to 'German'")
    for frame, there in zip(here, next(invoice_chunks(Ledger(ledger).staging, run)), strict=True):
        assert_frame_equal(frame, there)

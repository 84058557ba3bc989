"""Only money facts leave James (M3, B7)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import psycopg
import pytest

from dev.demo.practices import practices
from exact_online.extract.james import stage_debtors, stage_invoices
from exact_online.ledger import Ledger
from tests.extract.conftest import OpenRun

Connection = psycopg.Connection[Any]
MEDICAL = """
    select bsn from james.patient union select diagnose from james.patient
    union select diagnosecode from james.patient
    union select geboortedatum::text from james.patient union select behandelverslag from james.consult
    union select omschrijving from james.factuurregel union select omschrijving from james.declaratieregel"""

STAGED = """
    select t::text as text from staged_debtor as t union all select t::text from staged_invoice as t
    union all select t::text from staged_invoice_line as t"""


def test_no_bsn_no_diagnosis_and_no_treatment_text_is_staged(
    james: Connection, james_owner: Connection, ledger: Connection, open_run: OpenRun
) -> None:
    for known in practices():
        run = open_run(known.code)
        stage_debtors(james, Ledger(ledger).staging, run, known.code)
        stage_invoices(
            james, Ledger(ledger).staging, run, known.code, dt.date(2025, 10, 1), dt.date(2026, 11, 16)
        )
    staged = "\n".join(str(row["text"]) for row in ledger.execute(STAGED))
    secrets = [text for (text,) in james_owner.execute(MEDICAL)]
    assert len(secrets) > 100
    assert [secret for secret in secrets if secret in staged] == []


@pytest.mark.parametrize(
    "question",
    [
        "select bsn from james.patient",
        "select behandelverslag from james.consult",
        "select omschrijving from james.factuurregel",
        "select patient_id from james.declaratieregel",
        "select * from james.onderhanden_werk",
    ],
)
def test_the_reader_of_the_demo_can_not_even_ask(question: str, james: Connection) -> None:
    """M3, M5"""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        james.execute(question)

"""All debtors of a practice are staged, and nothing else of them (M2, M3)."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from dev.demo.practices import practice
from exact_online.extract.james import stage_debtors
from exact_online.failures import NotReady
from exact_online.ledger import Ledger
from tests.extract.conftest import OpenRun

Connection = psycopg.Connection[Any]


@pytest.mark.parametrize("code", ["noorderlicht", "de_brug", "loopwinkel"])
def test_every_debtor_of_the_practice_is_staged(
    code: str, james: Connection, ledger: Connection, open_run: OpenRun
) -> None:
    """M2"""
    shape = practice(code).shape
    expected = {"insurer": shape.insurers, "patient": shape.patients, "institution": shape.institutions}
    assert stage_debtors(james, Ledger(ledger).staging, open_run(code), code) == sum(expected.values())
    kinds = ledger.execute("select debtor_kind, count(*) as n from staged_debtor group by 1").fetchall()
    assert {row["debtor_kind"]: row["n"] for row in kinds} == expected


def test_a_task_that_runs_again_stages_once(james: Connection, ledger: Connection, open_run: OpenRun) -> None:
    run = open_run("de_brug")
    for _ in range(2):
        stage_debtors(james, Ledger(ledger).staging, run, "de_brug")
    assert ledger.execute("select count(*) as n from staged_debtor").fetchone() == {"n": 26}


def test_a_value_that_is_none_of_ours_comes_through(
    james: Connection, james_owner: Connection, ledger: Connection, open_run: OpenRun
) -> None:
    """The transform rejects that debtor by name; nothing is guessed."""
    james_owner.execute("update james.debiteur set soort = 'Gemeente' where debiteurnummer = '26'")
    stage_debtors(james, Ledger(ledger).staging, open_run("de_brug"), "de_brug")
    assert ledger.execute("select debtor_kind from staged_debtor where debtor_number = '26'").fetchone() == {
        "debtor_kind": "Gemeente"
    }


@pytest.mark.parametrize("name", ["=1+1", 'O\'Brien \\ "x"', "a\tb\nc", "Zoë 👩🏽‍⚕️", "\\N", "", "x" * 200])
def test_text_comes_through_as_it_is(
    name: str, james: Connection, james_owner: Connection, ledger: Connection, open_run: OpenRun
) -> None:
    """FR-F8, FR-F9"""
    james_owner.execute("update james.debiteur set naam = %s where debiteurnummer = '26'", [name])
    stage_debtors(james, Ledger(ledger).staging, open_run("de_brug"), "de_brug")
    assert ledger.execute("select name from staged_debtor where debtor_number = '26'").fetchone() == {
        "name": name
    }


def test_an_unknown_practice_is_named(james: Connection, ledger: Connection, open_run: OpenRun) -> None:
    with pytest.raises(NotReady, match="nowhere staat niet in het register"):
        stage_debtors(james, Ledger(ledger).staging, open_run("de_brug"), "nowhere")


def test_a_practice_that_james_does_not_know_is_named(
    james: Connection, ledger: Connection, open_run: OpenRun
) -> None:
    ledger.execute("update practice set james_practice_code = 'P9999' where code = 'de_brug'")
    with pytest.raises(NotReady, match=r"James kent praktijk P9999 niet \(bij de koppeling: de_brug\)"):
        stage_debtors(james, Ledger(ledger).staging, open_run("de_brug"), "de_brug")

"""A practice is added by a person, from James' own code."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from fastapi.testclient import TestClient

from dev.demo.practices import practices
from exact_online.ledger import EventKind, Ledger
from exact_online.web.routes.new_practice import code_of

DEMO = practices()[0]
JAMES_CODE = DEMO.james_practice_code


@pytest.fixture(autouse=True)
def james(james_connection: None, sign_in: Callable[[str], None]) -> None:
    sign_in("op")


def test_its_name_comes_from_james_and_who_added_it_is_kept(client: TestClient, ledger: Ledger) -> None:
    answer = client.post("/new", data={"james_practice_code": f" {JAMES_CODE} "})
    code = code_of(DEMO.name)
    assert answer.headers["location"] == f"/practices/{code}"
    added = ledger.practices.get(code)
    assert (added.name, added.james_practice_code, added.active) == (
        DEMO.name,
        JAMES_CODE,
        False,
    )
    assert added.division is None
    (event,) = ledger.events.latest(code)
    assert (event.event, event.who) == (EventKind.ADDED, "op")
    assert DEMO.name in client.get(f"/practices/{code}").text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Vul dit in."),
        ({"james_practice_code": "  "}, "Vul dit in."),
        ({"james_practice_code": "x" * 101}, "Dit is te lang: hoogstens 100 tekens."),
        ({"james_practice_code": "nergens"}, "James heeft geen praktijk met deze code."),
        (
            {"james_practice_code": JAMES_CODE, "code": "Noord!"},
            "Dit heeft niet de juiste vorm.",
        ),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    client: TestClient, ledger: Ledger, fields: dict[str, str], sentence: str
) -> None:
    answer = client.post("/new", data=fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert ledger.fleet.search("") == []


def test_a_practice_is_added_once(client: TestClient, ledger: Ledger) -> None:
    """Neither twice, nor over another one with the same code."""
    client.post("/new", data={"james_practice_code": JAMES_CODE})
    again = client.post("/new", data={"james_practice_code": JAMES_CODE, "code": "another"})
    assert again.status_code == 422
    assert "is er al" in again.text
    assert len(ledger.fleet.search("")) == 1


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Fysiotherapie Noorderlicht", "fysiotherapie_noorderlicht"),
        ("Praktijk 't Vlië & Zn.", "praktijk_t_vlie_zn"),
        ("3 Linden", "p_3_linden"),
        ("Q", "q_"),
        (
            "Een heel erg lange naam van een praktijk daar",
            "een_heel_erg_lange_naam_van_een_praktijk",
        ),
    ],
)
def test_a_code_is_made_of_the_name(name: str, code: str) -> None:
    assert code_of(name) == code
    assert len(code) <= 40


def test_the_audit_log_is_never_changed(client: TestClient, ledger: Ledger) -> None:
    client.post("/new", data={"james_practice_code": JAMES_CODE})
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        ledger.conn.execute("update practice_event set who = 'somebody else'")

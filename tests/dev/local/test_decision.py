"""A decision in a real Airflow: it waits without a slot, and acts in the name of who answers.

It is one test, because the start takes most of the time.
"""

from __future__ import annotations

import shutil
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dev.local.airflow_client import AirflowClient
from dev.local.ports import free_port
from dev.local.stack import opened
from exact_online.ledger import Ledger, connect
from tests.ledger_cases import open_run, plan, register, rejection

DAG = "exact_online_decision"
EXACT = '{"conn_type": "http", "host": "http://127.0.0.1", "login": "our-app", "password": "x"}'
ROOT = Path(__file__).parents[3]
FORM = {"practice": "zuid", "decision": "release_period", "reason": "akkoord"}


def _decide(client: AirflowClient, form: dict[str, Any]) -> str:
    """Start a decision, and return its run once it waits for an answer."""
    run = client.trigger(DAG, form)
    until = time.monotonic() + 120
    while client.task_states(DAG, run).get("decide") != "awaiting_input":
        assert time.monotonic() < until, client.task_states(DAG, run)
        time.sleep(0.5)
    return run


def _occupied(client: AirflowClient) -> dict[str, int]:
    pools = client.call("GET", "/pools")["pools"]
    return {pool["name"]: pool["occupied_slots"] for pool in pools if pool["occupied_slots"]}


def _answer(client: AirflowClient, run: str, chosen: str, remark: str = "") -> None:
    where = f"/dags/{DAG}/dagRuns/{run}/taskInstances/decide/-1/hitlDetails"
    asked = client.call("GET", where)
    assert asked["subject"] == "Praktijk zuid: alle gesloten perioden opnieuw proberen?"
    assert "1 facturen, samen 25,00 euro" in asked["body"]
    client.call("PATCH", where, json={"chosen_options": [chosen], "params_input": {"remark": remark}})


@pytest.mark.timeout(600)
def test_a_decision_holds_no_slot_and_acts_in_the_name_of_who_answers(tmp_path: Path) -> None:
    dags = tmp_path / "dags"
    dags.mkdir()
    shutil.copy(ROOT / "dags" / f"{DAG}.py", dags)
    with opened(tmp_path / "var") as stack:
        databases = stack.start_postgres()
        airflow = stack.start_airflow({"exact_online": EXACT}, port=free_port(), dags=dags)
        client = airflow.client
        with closing(connect(databases.exact_sync)) as conn:
            ledger = Ledger(conn)
            register(ledger, "zuid")
            closed = rejection(1, "period_closed", '{"period": "9", "year": "2026", "journal": "70"}')
            plan(ledger, open_run(ledger, "zuid"), [{**closed, "total_cents": 2500}])
            conn.execute("update booking set rejected_under = 'as it was'")
            client.wait_for_dag(DAG)
            waiting = [_decide(client, FORM) for _ in range(4)]
            assert _occupied(client) == {}
            assert all(client.task_states(DAG, run)["decide"] == "awaiting_input" for run in waiting)
            _answer(client, waiting[0], "Niet uitvoeren")
            assert client.wait(DAG, waiting[0]) == "success"
            assert client.task_states(DAG, waiting[0])["act"] == "skipped"
            assert conn.execute("select act from act").fetchall() == []
            _answer(client, waiting[1], "Uitvoeren", "na overleg")
            assert client.wait(DAG, waiting[1]) == "success"
            states = client.task_states(DAG, waiting[1])
            assert (states["act"], states["rebuild"]) == ("success", "skipped")
            (done,) = conn.execute("select act, acted_by, reason from act").fetchall()
            assert (done["act"], done["acted_by"], done["reason"]) == (
                "release_period",
                "admin",
                "akkoord (na overleg)",
            )
            row = conn.execute("select rejected_under from booking").fetchone()
            assert row == {"rejected_under": None}

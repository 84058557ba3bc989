"""The buttons of Airflow's tasks: each leads to a page that is there, and other teams see none."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from starlette.routing import Match

import exact_online_plugin
from exact_online.ledger import Ledger
from exact_online.registry import DAG_PREFIX
from exact_online.tasks.support_mail import page_address
from exact_online.web.pages import pages
from exact_online.web.task_links import TASK_LINKS
from tests.ledger_cases import book, differ, entry, keep_file, keep_relation, open_run, plan, register

FRAME = "/plugin/exact-online/exact-online"
TASKS = ("load_entries", "reconcile", "report", "night_complete", "backfill")


def _buttons(dag_id: str, task_id: str, run_id: str = "night") -> dict[str, str]:
    key = SimpleNamespace(dag_id=dag_id, task_id=task_id, run_id=run_id)
    found = {link.name: link.get_link(None, ti_key=key) for link in TASK_LINKS}
    return {name: where for name, where in found.items() if where}


@pytest.fixture(autouse=True)
def practice(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger, and a connection to Exact that says where an entry is seen."""
    monkeypatch.setenv(
        "AIRFLOW_CONN_EXACT_ONLINE",
        json.dumps(
            {"conn_type": "exact_online", "host": "http://127.0.0.1:9", "login": "id", "password": "secret",
             "extra": {"entry_url": "http://127.0.0.1:9/boeken/{division}/boekingen/{entry_id}"}}
        ),
    )  # fmt: skip
    register(ledger, "zuid_as", 901)


@pytest.mark.parametrize("path", ["", "/airflow"])
def test_buttons_and_mails_lead_into_the_frame_also_behind_a_path(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the name of the frame comes the page's own address, which has the path again."""
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", f"https://intern.example.org{path}/")
    framed = f"{path}/plugin/exact-online{path}/exact-online"
    assert page_address() == f"https://intern.example.org{framed}"
    assert _buttons(f"{DAG_PREFIX}zuid_as", "report")["Praktijk"] == f"{framed}/practices/zuid_as"


def test_a_button_opens_the_entry_in_exact_that_the_run_stopped_on(ledger: Ledger) -> None:
    """Of a difference, and of the entry at which a practice stopped; else there is no button."""
    run = open_run(ledger, "zuid_as")
    plan(ledger, run, [entry(1), entry(2)])
    first, second = book(ledger, run, 1), book(ledger, run, 2)
    dag, place = f"{DAG_PREFIX}zuid_as", "http://127.0.0.1:9/boeken/901/boekingen/"
    assert "Openen in Exact" not in _buttons(dag, "reconcile")
    differ(ledger, run, 1, first)
    assert _buttons(dag, "reconcile")["Openen in Exact"] == place + first
    assert "Openen in Exact" not in _buttons(dag, "reconcile", "another night")
    ledger.conn.execute(
        """update practice set stopped_at = now(), stop_values = '{"number": "2"}' where code = 'zuid_as'"""
    )
    assert _buttons(dag, "load_entries")["Openen in Exact"] == place + second
    assert "Openen in Exact" not in _buttons(dag, "prepare")


def test_a_red_task_has_a_button_to_the_page_of_its_reason(ledger: Ledger) -> None:
    """The code is the one in its last lines; a task that it skips has none."""
    run, dag = open_run(ledger, "zuid_as"), f"{DAG_PREFIX}zuid_as"
    ledger.runs.note_stop(run, 'journal_blocked {"journal": "70"}', "prepare", "prepare")
    ledger.runs.note_stop(run, 'journal_blocked {"journal": "70"}', "load_entries", "load_entries")
    assert _buttons(dag, "prepare")["Uitleg"] == f"{FRAME}/reasons/journal_blocked"
    assert "Uitleg" not in _buttons(dag, "load_entries")
    assert "Uitleg" not in _buttons(dag, "prepare", "another night")


def test_a_hand_over_has_a_button_to_its_own_workbooks(ledger: Ledger) -> None:
    """Of the run that made it, which is that of its history; of another run, to all."""
    keep_relation(ledger, "zuid_as")
    run, dag = open_run(ledger, "zuid_as", "night:history"), f"{DAG_PREFIX}zuid_as"
    assert _buttons(dag, "backfill")["Werkboeken"] == f"{FRAME}/practices/zuid_as/workbooks"
    plan(ledger, run, [entry(1)], exported=True)
    made = keep_file(ledger, run, "verkoopboek.xlsx")
    where = _buttons(dag, "backfill")["Werkboeken"]
    assert where == f"{FRAME}/practices/zuid_as/hand-overs/{made}/workbooks"
    other = _buttons(dag, "backfill", "another night")["Werkboeken"]
    assert other == f"{FRAME}/practices/zuid_as/workbooks"


def test_a_ledger_that_is_away_takes_no_other_button_away(
    monkeypatch: pytest.MonkeyPatch, ledger: Ledger
) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_EXACT_SYNC_DB")
    assert [*_buttons(f"{DAG_PREFIX}zuid_as", "load_entries")] == ["Praktijk", "Open posten"]


def test_each_button_leads_to_a_page() -> None:
    for task in TASKS:
        for name, where in _buttons(f"{DAG_PREFIX}zuid_as", task).items():
            scope = {"type": "http", "method": "GET", "path": where.removeprefix(FRAME)}
            assert where.startswith(f"{FRAME}/practices/zuid_as")
            assert any(route.matches(scope)[0] is Match.FULL for route in pages.routes), (task, name)


def test_a_task_has_the_buttons_that_help_there() -> None:
    dag = f"{DAG_PREFIX}zuid_as"
    assert [*_buttons(dag, "load_entries")] == ["Praktijk", "Open posten"]
    assert [*_buttons(dag, "reconcile")] == ["Praktijk", "Open posten", "James tegenover Exact"]
    assert [*_buttons(dag, "report")] == ["Praktijk", "Open posten", "James tegenover Exact", "Nachten"]
    assert [*_buttons(dag, "backfill")] == ["Praktijk", "Werkboeken"]
    assert _buttons("exact_online_watch", "nights") == _buttons("somebody_elses", "report") == {}


def test_the_plugin_registers_them() -> None:
    assert exact_online_plugin.ExactOnlinePages().global_operator_extra_links == [*TASK_LINKS]

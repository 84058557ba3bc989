"""The buttons of Airflow's tasks: each leads to a page that is there, and other teams see none."""

from __future__ import annotations

from types import SimpleNamespace

from starlette.routing import Match

import exact_online_plugin
from exact_online.registry import DAG_PREFIX
from exact_online.web.pages import pages
from exact_online.web.task_links import TASK_LINKS

FRAME = "/plugin/exact-online/exact-online"
TASKS = ("load_entries", "reconcile", "report", "night_complete", "backfill_excel")


def _buttons(dag_id: str, task_id: str) -> dict[str, str]:
    key = SimpleNamespace(dag_id=dag_id, task_id=task_id)
    found = {link.name: link.get_link(None, ti_key=key) for link in TASK_LINKS}
    return {name: where for name, where in found.items() if where}


def test_each_button_leads_to_a_page() -> None:
    for task in TASKS:
        for name, where in _buttons(f"{DAG_PREFIX}zuid_as", task).items():
            scope = {"type": "http", "method": "GET", "path": where.removeprefix(FRAME)}
            assert where.startswith(f"{FRAME}/practices/zuid_as")
            assert any(route.matches(scope)[0] is Match.FULL for route in pages.routes), (task, name)


def test_a_task_has_the_buttons_that_help_there() -> None:
    dag = f"{DAG_PREFIX}zuid_as"
    assert [*_buttons(dag, "load_entries")] == ["Praktijk"]
    assert [*_buttons(dag, "reconcile")] == ["Praktijk", "James tegenover Exact"]
    assert [*_buttons(dag, "backfill_excel")] == ["Praktijk", "Werkboeken"]
    assert _buttons("exact_online_watch", "nights") == _buttons("somebody_elses", "report") == {}


def test_the_plugin_registers_them() -> None:
    assert exact_online_plugin.ExactOnlinePages().global_operator_extra_links == [*TASK_LINKS]

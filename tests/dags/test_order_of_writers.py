"""FR-D18: one writer per practice, so two tasks that take its lock never run at once in one run.

In Airflow's scheduler tasks that wait for nobody start together. Two that both took the lock made
each other fail and try again, which no test saw that runs one task after the other.
"""

from __future__ import annotations

import ast
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from dev.local.places import PLUGINS
from tests.dags.test_nightly_dag import _load, snapshot
from tests.source_calls import reached_from, uses_method

__all__ = ["snapshot"]

ALONE = {"dry_run"}
"""In a dry run every other task of a night is skipped, and in a night this one is
(test_a_dry_run_is_one_task_and_writes_nothing)."""
ALTERNATIVES = {"backfill_import", "backfill_excel"}
"""The branch takes one of them, or none."""


def functions_of_tasks() -> dict[str, str]:
    """Return each task of the nightly DAG with the function of night_tasks that it calls."""
    tree = ast.parse((PLUGINS / "exact_online" / "nightly_dag.py").read_text(encoding="utf-8"))
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            called = [
                inner.attr
                for inner in ast.walk(node)
                if isinstance(inner, ast.Attribute)
                and isinstance(inner.value, ast.Name)
                and inner.value.id == "night_tasks"
            ]
            if len(called) == 1:
                found[node.name] = called[0]
    return found


def takers() -> set[str]:
    """Return the tasks whose code leads to the practice's lock."""
    return {
        task
        for task, function in functions_of_tasks().items()
        if any(uses_method(place, "holding") for place in reached_from(("tasks.night_tasks", function)))
    }


@pytest.fixture
def dag(snapshot: Path) -> Any:
    return _load()["exact_online__praktijk_a"]


def test_the_tasks_that_take_the_lock_are_found_in_the_code() -> None:
    assert takers() == {
        "open_run", "plan_debtors", "plan_entries", "load_debtors", "load_entries",
        "load_other_debtors", "backfill_import", "backfill_excel", "dry_run",
    }  # fmt: skip


def test_tasks_that_take_the_lock_run_one_after_the_other(dag: Any) -> None:
    """FR-D18."""
    before = {task.task_id: task.get_flat_relative_ids(upstream=True) for task in dag.tasks}
    unordered = [
        pair
        for pair in combinations(sorted(takers() - ALONE), 2)
        if pair[0] not in before[pair[1]] and pair[1] not in before[pair[0]] and set(pair) != ALTERNATIVES
    ]
    assert unordered == []
    assert dag.get_task("choose_backfill").downstream_task_ids == ALTERNATIVES


def test_parts_of_one_task_that_take_the_lock_run_one_after_the_other(dag: Any) -> None:
    """FR-D18: a mapped task has a part per batch."""
    mapped = {task.task_id: task.max_active_tis_per_dagrun for task in dag.tasks if task.is_mapped}
    loading = ("load_debtors", "load_entries", "load_other_debtors")
    assert {task: mapped[task] for task in takers() & set(mapped)} == dict.fromkeys(loading, 1)

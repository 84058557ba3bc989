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
from exact_online.tasks.loading import LOADS
from tests.dags.test_nightly_dag import _load, snapshot
from tests.source_calls import reached_from, uses_method

__all__ = ["snapshot"]

ALONE = {"dry_run"}
"""In a dry run every other task of a night is skipped, and in a night this one is
(test_a_dry_run_is_one_task_and_writes_nothing)."""


MODULES = {"preparing", "loading", "night_tasks", "complete"}


def functions_of_tasks() -> dict[str, tuple[str, str]]:
    """Return each task of the nightly DAG with the module and the function that it calls."""
    tree = ast.parse((PLUGINS / "exact_online" / "nightly_dag.py").read_text(encoding="utf-8"))
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            called = [
                (f"tasks.{inner.value.id}", inner.attr)
                for inner in ast.walk(node)
                if isinstance(inner, ast.Attribute)
                and isinstance(inner.value, ast.Name)
                and inner.value.id in MODULES
            ]
            if len(called) == 1:
                found[node.name] = called[0]
    found.pop("load")  # has the function of each task that sends in it
    return found | dict.fromkeys(LOADS, found.pop("send"))


def takers() -> set[str]:
    """Return the tasks whose code leads to the practice's lock."""
    return {
        task
        for task, function in functions_of_tasks().items()
        if any(uses_method(place, "holding") for place in reached_from(function))
    }


@pytest.fixture
def dag(snapshot: Path) -> Any:
    return _load()["exact_online__praktijk_a"]


def test_the_tasks_that_take_the_lock_are_found_in_the_code() -> None:
    assert takers() == {
        "prepare", "load_debtors", "load_entries", "load_other_debtors", "backfill", "dry_run",
    }  # fmt: skip


def test_tasks_that_take_the_lock_run_one_after_the_other(dag: Any) -> None:
    """FR-D18."""
    before = {task.task_id: task.get_flat_relative_ids(upstream=True) for task in dag.tasks}
    unordered = [
        pair
        for pair in combinations(sorted(takers() - ALONE), 2)
        if pair[0] not in before[pair[1]] and pair[1] not in before[pair[0]]
    ]
    assert unordered == []
    assert not [task for task in dag.tasks if task.is_mapped], "a task sends its batches one by one"

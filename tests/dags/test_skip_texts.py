"""C7: why a task is skipped stands in its log, which support reads in Dutch."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from exact_online.tasks import night_tasks

ROOT = Path(__file__).parents[2]
ENGLISH = re.compile(r"\b(the|this|its|was|is a|no|not|asked|opens|result)\b", re.IGNORECASE)


def skip_texts() -> Iterator[str]:
    """Every text with which a task of ours is skipped, without its values."""
    for folder in ("plugins", "dags"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and "AirflowSkipException" in ast.unparse(node.func):
                    parts = (each for argument in node.args for each in ast.walk(argument))
                    words = [part.value for part in parts if isinstance(part, ast.Constant)]
                    yield " ".join(word for word in words if isinstance(word, str))


def test_every_skipped_task_says_why_in_dutch() -> None:
    """Those of a dry run were English."""
    found = [text for text in skip_texts() if text]
    assert len(found) >= 5
    assert [text for text in found if ENGLISH.search(text)] == []


def test_a_dry_run_that_nobody_asked_for_is_skipped_in_dutch() -> None:
    with pytest.raises(AirflowSkipException, match=r"^Niet gedaan: .*proefrun"):
        night_tasks.dry_run("praktijk_a", None, {"dry_run": False})

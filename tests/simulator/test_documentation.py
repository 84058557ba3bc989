"""docs/simulator.md names every switch with its values, every fault and every option."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from simulator.faults import KINDS
from simulator.switches import choices

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "simulator.md").read_text(encoding="utf-8")


def test_every_switch_stands_there_with_its_values() -> None:
    for name, values in choices().items():
        assert f"| `{name}` | {', '.join(f'`{value}`' for value in values)} |" in TEXT


def test_every_fault_stands_there() -> None:
    table = TEXT.split("## Faults")[1].split("## The auditor")[0]
    assert [kind for kind in KINDS if f"`{kind}`" not in table] == []


def test_every_option_stands_there() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "simulator", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    options = set(re.findall(r"--[a-z-]+", done.stdout)) - {"--help"}
    assert [option for option in options if f"`{option}" not in TEXT] == []

""".ci/run goes on after a failure, and its exit status tells it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from dev.local.places import ROOT

ALL = ["setup", "lint", "sbom", "test"]


@pytest.mark.parametrize(
    ("broken", "ran", "passes"),
    [
        ("", ALL, True),
        ("setup", ["setup"], False),
        ("lint", ALL, False),
        ("sbom", ALL, False),
        ("test", ALL, False),
    ],
)
def test_all_of_it_runs_and_one_failure_is_enough(
    broken: str, ran: list[str], passes: bool, tmp_path: Path
) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/run", tmp_path / ".ci/run")
    make = tmp_path / "make"
    make.write_text(f'#!/bin/sh\necho "$1" >> ran\n[ "$1" != "{broken}" ] || exit 2\n')
    make.chmod(0o755)
    done = subprocess.run(
        [str(tmp_path / ".ci/run")], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, check=False, timeout=60
    )
    assert (tmp_path / "ran").read_text().split() == ran
    assert (done.returncode == 0) is passes

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dev.local import postgres
from dev.local.places import ROOT
from dev.local.stop import stop_everything

STAYING = """
import sys, time
from pathlib import Path
from dev.local.stack import opened

with opened(Path(sys.argv[1])) as stack:
    print(stack.postgres.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("below", ["", "exact/127.0.0.1_8000"])
def test_a_stack_of_another_process_is_stopped_with_its_servers(tmp_path: Path, below: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STAYING, str(tmp_path / below)], stdout=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout
        assert process.stdout.readline()
        stop_everything(tmp_path)
    assert process.returncode
    assert postgres.Server(tmp_path / below / "postgres").pid is None


def test_a_server_that_a_developer_started_is_stopped(tmp_path: Path) -> None:
    server = postgres.Server(tmp_path / "postgres", fast=True)
    postgres.start_detached(server)
    stop_everything(tmp_path)
    assert server.pid is None


def test_a_folder_where_nothing_runs_is_no_error(tmp_path: Path) -> None:
    stop_everything(tmp_path / "never used")

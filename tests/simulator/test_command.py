"""``python -m simulator``: one line when it accepts connections, and an end at once."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.simulator.books import SEED

ROOT = Path(__file__).parents[2]


@pytest.fixture
def seed_file(tmp_path: Path) -> Path:
    path = tmp_path / "seed.json"
    path.write_text(json.dumps(SEED), encoding="utf-8")
    return path


@contextmanager
def started(*options: object) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    command = [sys.executable, "-m", "simulator", *map(str, options)]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout
    try:
        first = process.stdout.readline()
        found = re.fullmatch(r"Exact Online simulator on (http://127\.0\.0\.1:\d+)\n", first)
        assert found, (first, process.stderr and process.stderr.read())
        yield process, found[1], [process.stdout.readline().strip() for _ in range(3)]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_it_accepts_connections_and_ends_at_once(seed_file: Path) -> None:
    with started("--seed-file", seed_file) as (process, url, lines):
        assert requests.get(f"{url}/api/v1/current/Me", timeout=10).status_code == 401
        assert [line.split()[:2] for line in lines[:2]] == [["client", "id"], ["client", "secret"]]
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        process.wait(5)
        assert time.monotonic() - began < 2


def test_the_file_keeps_the_books_over_a_restart(seed_file: Path, tmp_path: Path) -> None:
    options = (
        "--seed-file",
        seed_file,
        "--database",
        tmp_path / "exact.sqlite",
        "--client-id",
        "me",
        "--client-secret",
        "mine",
    )
    with started(*options) as (_, url, _):
        before = requests.get(f"{url}/simulator/api/divisions", timeout=10).json()
    with started(*options) as (_, url, _):
        assert requests.get(f"{url}/simulator/api/divisions", timeout=10).json() == before


@pytest.mark.parametrize(
    ("seed", "words"),
    [
        ({}, 'has no "practices"'),
        (
            {"practices": [{"practice": "a", "Journals": [{"Code": "70", "Kleur": "x"}]}]},
            "'Kleur', which Exact does not know",
        ),
        (
            {"practices": [{"practice": "a", "Journals": [{"Code": "70", "GLAccountCode": "1300"}]}]},
            "1300, which is not in its GLAccounts",
        ),
    ],
)
def test_a_wrong_seed_file_gets_one_clear_sentence(tmp_path: Path, seed: object, words: str) -> None:
    path = tmp_path / "seed.json"
    path.write_text(json.dumps(seed), encoding="utf-8")
    command = [sys.executable, "-m", "simulator", "--seed-file", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr

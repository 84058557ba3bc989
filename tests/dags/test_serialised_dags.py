"""Airflow keeps one version of a DAG for as long as its serialised bytes are the same.

It sorts the keys before it compares: their order is that of sets and differs per process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRACTICES = [{"code": f"praktijk_{number}", "name": f"Praktijk {number}"} for number in range(20)]
DIGESTS = """
import hashlib, json, sys
from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization

bag = DagBag(dag_folder=sys.argv[1], load_op_links=False)
assert bag.import_errors == {}
for dag_id, dag in sorted(bag.dags.items()):
    written = json.dumps(DagSerialization.to_dict(dag), sort_keys=True)
    print(dag_id, hashlib.sha256(written.encode()).hexdigest())
"""


def _parse(practices: Path, seed: int) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "EXACT_ONLINE_PRACTICES": str(practices),
        "PYTHONHASHSEED": str(seed),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "plugins"), str(ROOT)]),
    }
    command = [sys.executable, "-c", DIGESTS, str(ROOT / "dags")]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def test_two_processes_serialise_the_same_bytes(tmp_path: Path) -> None:
    """A set in another order would be a new version of all DAGs at each parse."""
    practices = tmp_path / "practices.json"
    practices.write_text(json.dumps(PRACTICES))
    parsers = [_parse(practices, seed) for seed in (1, 4242)]
    first, second = (set(parser.communicate(timeout=120)[0].splitlines()) for parser in parsers)
    found = {line for line in first if line.startswith("exact_online_")}
    assert [parser.returncode for parser in parsers] == [0, 0]
    assert len(found) == len(PRACTICES) + 2  # the watch, and the decisions
    assert found == {line for line in second if line.startswith("exact_online_")}

"""Make ready what Airflow expects to find: its tables, the ledger, the pools, the admin's password.

Run before the parts of Airflow start, with the same environment;
run again it changes nothing, except that a new password counts.
Used by docker-compose.yaml and by `make up`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

POOLS = Path(__file__).with_name("pools.json")


def prepare() -> None:
    _run("-m", "airflow", "db", "migrate")
    _run("-m", "exact_online.migrations")
    _run("-m", "airflow", "pools", "import", str(POOLS))
    passwords = Path(os.environ["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"])
    _write_password(passwords, os.environ["AIRFLOW_ADMIN_PASSWORD"])


def _run(*words: str) -> None:
    done = subprocess.run([sys.executable, *words], check=False)
    if done.returncode:
        sys.exit(done.returncode)


def _write_password(file: Path, password: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump({"admin": password}, out)


if __name__ == "__main__":
    prepare()

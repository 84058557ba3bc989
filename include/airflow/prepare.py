"""Make what Airflow needs before it starts: its tables, the ledger, pools, the admin's password.

docker-compose.yaml and `make up` run this before the parts of Airflow, with the same environment.
A second run changes nothing but the password, when that is a new one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

POOLS = Path(__file__).with_name("pools.json")


def prepare() -> None:
    """Make all of it; end the process with the exit status of the first command that fails."""
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

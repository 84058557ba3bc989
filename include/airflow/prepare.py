"""Make what Airflow needs before it starts: its tables, the ledger, pools, the admin's password.

docker-compose.yaml and `make up` run this before the parts of Airflow, with the same environment.
A second run changes nothing but the password, when that is a new one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

JWT_BYTES = 64
"""What the signature of logins and tasks needs (SHA-512)."""
DATABASES = ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "AIRFLOW_CONN_EXACT_SYNC_DB", "AIRFLOW_CONN_JAMES_DB")
POOLS = Path(__file__).with_name("pools.json")


def prepare() -> None:
    """Make all of it; end the process with the exit status of the first command that fails.

    Settings that no part could use end it first, with a sentence.
    """
    found = faults(os.environ)
    if found:
        sys.exit("\n".join(found))
    if len(os.environ.get("AIRFLOW__API_AUTH__JWT_SECRET", "")) < JWT_BYTES:
        print(f"AIRFLOW_JWT_SECRET is shorter than {JWT_BYTES} bytes: make a new one.", file=sys.stderr)
    _run("-m", "airflow", "db", "migrate")
    _run("-m", "exact_online.migrations")
    _run("-m", "airflow", "pools", "import", str(POOLS))
    passwords = Path(os.environ["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"])
    _write_password(passwords, os.environ["AIRFLOW_ADMIN_PASSWORD"])


def faults(environment: Mapping[str, str]) -> list[str]:
    """Return a sentence per setting that would only fail later, in a task; none shows a value."""
    return [*_torn_connections(environment), *_torn_addresses(environment)]


def _torn_connections(environment: Mapping[str, str]) -> list[str]:
    exact = environment.get("AIRFLOW_CONN_EXACT_ONLINE", "")
    found = []
    if exact.lstrip().startswith("{"):
        try:
            json.loads(exact)
        except ValueError:
            found.append(
                'EXACT_CLIENT_ID or EXACT_CLIENT_SECRET has a " or \\: write \\" or \\\\ for it in .env.'
            )
    for name in DATABASES:
        parts = urlsplit(environment.get(name, ""))
        login = parts.netloc.rpartition("@")[0]
        if "@" in login + parts.path + parts.fragment or login.count(":") > 1:
            found.append(f"{name}: a password in it has a character that an address can't hold.")
    return found


def _torn_addresses(environment: Mapping[str, str]) -> list[str]:
    """Tasks reach the api-server below the path that browsers use."""
    browsers = urlsplit(environment.get("AIRFLOW__API__BASE_URL", "")).path.rstrip("/")
    tasks = urlsplit(environment.get("AIRFLOW__CORE__EXECUTION_API_SERVER_URL", "")).path.rstrip("/")
    if not tasks or tasks == f"{browsers}/execution":
        return []
    return [
        f"The path {browsers or '/'} of Airflow's address is not that of its tasks ({tasks}): "
        "the path belongs in AIRFLOW_BASE_PATH, without a slash at its end."
    ]


def _run(*words: str) -> None:
    done = subprocess.run([sys.executable, *words], check=False)
    if done.returncode:
        sys.exit(done.returncode)


def _write_password(file: Path, password: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump({"admin": password}, out)


if __name__ == "__main__":
    prepare()

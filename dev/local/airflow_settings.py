"""The environment that Airflow runs with on this machine.

It has the shared settings, and the folders, ports, secrets and connections of this machine.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from dev.local.failures import CannotRun
from dev.local.places import AIRFLOW_SETTINGS, DAGS, PLUGINS, ROOT
from dev.local.ports import LOOPBACK, reserved, reserved_free_port
from dev.local.private_files import write_private

USUAL_PORT = 8080
NO_PROXY = f"{LOOPBACK},localhost"


@dataclass(frozen=True)
class Secrets:
    """Secrets, generated on the first start and stored in a private file."""

    fernet_key: str
    jwt_secret: str
    api_secret_key: str
    admin_password: str


@dataclass(frozen=True)
class Ports:
    ui: int
    worker_log: int
    trigger_log: int
    scheduler_health: int

    @classmethod
    def choose(cls, wanted: int | None = None) -> Ports:
        """Choose the ports: for the UI ``wanted`` if given, otherwise 8080 or any free port.

        They are reserved: another stack that starts at the same moment chooses others.
        Raise CannotRun when ``wanted`` is in use.
        """
        if wanted and not reserved(wanted):
            raise CannotRun(
                f"Port {wanted} is in use: stop what listens there, or choose another with AIRFLOW_PORT=."
            )
        ui = wanted or (USUAL_PORT if reserved(USUAL_PORT) else reserved_free_port())
        return cls(ui, reserved_free_port(), reserved_free_port(), reserved_free_port())


def shared_settings() -> dict[str, str]:
    """Return the settings of include/airflow/settings.env; docker-compose.yaml reads it too."""
    lines = (line.strip() for line in AIRFLOW_SETTINGS.read_text(encoding="utf-8").splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def keep_secrets(file: Path) -> Secrets:
    """Return the secrets in ``file``; generate and store them when there is no such file."""
    if not file.exists():
        write_private(file, json.dumps(asdict(_new_secrets())))
    return Secrets(**json.loads(file.read_text()))


def _new_secrets() -> Secrets:
    return Secrets(
        fernet_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        jwt_secret=secrets.token_urlsafe(64),
        api_secret_key=secrets.token_urlsafe(64),
        admin_password=secrets.token_urlsafe(12),
    )


def environment(
    home: Path,
    *,
    metadata_dsn: str,
    connections: Mapping[str, str],
    ports: Ports,
    dags: Path = DAGS,
    plugins: Path = PLUGINS,
) -> dict[str, str]:
    """Return the environment variables of every part of Airflow.

    ``connections`` has Airflow's connection id -> URI or JSON.
    """
    known = keep_secrets(home / "secrets.json")
    return {
        **_of_this_shell(),
        **shared_settings(),
        **_places(home, dags, plugins),
        **_addresses(ports),
        **{f"AIRFLOW_CONN_{name.upper()}": value for name, value in connections.items()},
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": metadata_dsn.replace(
            "postgresql://", "postgresql+psycopg2://"
        ),
        "AIRFLOW__CORE__FERNET_KEY": known.fernet_key,
        "AIRFLOW__API_AUTH__JWT_SECRET": known.jwt_secret,
        "AIRFLOW__API__SECRET_KEY": known.api_secret_key,
        "AIRFLOW_ADMIN_PASSWORD": known.admin_password,
    }


def celery_settings(queue_url: str, metadata_dsn: str) -> dict[str, str]:
    """Return what the environment has beside that, where Celery's workers take the tasks.

    ``queue_url`` is the address of Redis or Valkey.
    """
    return {
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
        "AIRFLOW__CELERY__BROKER_URL": queue_url,
        "AIRFLOW__CELERY__RESULT_BACKEND": "db+"
        + metadata_dsn.replace("postgresql://", "postgresql+psycopg2://"),
    }


def _of_this_shell() -> dict[str, str]:
    """Return this shell's variables, without settings of another Airflow.

    Calls to this machine are kept away from a proxy.
    """
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "PYTHONDONTWRITEBYTECODE"))
    }
    elsewhere = ",".join(filter(None, [NO_PROXY, os.environ.get("NO_PROXY") or os.environ.get("no_proxy")]))
    return {**ours, "USER": user_name(), "NO_PROXY": elsewhere, "no_proxy": elsewhere}


def user_name() -> str:
    """Return the name of our user; in a container he may have none, and Airflow needs one."""
    return os.environ.get("USER") or f"user-{os.geteuid()}"


def _places(home: Path, dags: Path, plugins: Path) -> dict[str, str]:
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(plugins),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "logins.json"),
        "PYTHONPATH": os.pathsep.join([str(plugins), str(ROOT)]),
    }


def _addresses(ports: Ports) -> dict[str, str]:
    ui = f"http://{LOOPBACK}:{ports.ui}"
    return {
        "AIRFLOW__API__HOST": LOOPBACK,
        "AIRFLOW__API__PORT": str(ports.ui),
        "AIRFLOW__API__BASE_URL": ui,
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{ui}/execution/",
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(ports.worker_log),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(ports.trigger_log),
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_HOST": LOOPBACK,
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(ports.scheduler_health),
    }

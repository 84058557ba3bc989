"""docker-compose.yaml against the Compose specification, `make up` and the files of the image."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from dev.local.airflow_settings import Ports, environment, shared_settings
from dev.local.places import AIRFLOW_SETTINGS, PREPARE_AIRFLOW, ROOT
from dev.local.postgres import Server, running
from dev.local.postgres_files import binaries

FILE = ROOT / "docker-compose.yaml"
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
AIRFLOW_PARTS = ("api-server", "scheduler", "dag-processor", "triggerer")
OF_THE_IMAGE = {"AIRFLOW_HOME", "AIRFLOW__CORE__DAGS_FOLDER", "AIRFLOW__CORE__PLUGINS_FOLDER"}
OF_PYTHON = {"PYTHONWARNINGS"}
"""The shared settings that are no settings of Airflow."""
OF_ONE_MACHINE = {
    "AIRFLOW__API__HOST",
    "AIRFLOW__API__PORT",
    "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT",
    "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_HOST",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT",
}
"""Each container has its own network address, so Airflow's defaults for these are right."""
ONLY_IN_CONTAINERS = {
    "AIRFLOW_CONN_SMTP_DEFAULT",
    "EXACT_ONLINE_ENVIRONMENT",
    "EXACT_ONLINE_PLAIN_DATABASE_HOSTS",
    "EXACT_ONLINE_SUPPORT_MAIL",
}
"""The demo sends no mail, its databases are on this machine, and its environment has no name."""
OF_THE_CELERY_PROFILE = {"AIRFLOW__CELERY__BROKER_URL", "AIRFLOW__CELERY__RESULT_BACKEND"}


def test_the_file_is_valid_by_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.fixture
def of_make_up(tmp_path: Path) -> dict[str, str]:
    connections = dict.fromkeys(("james_db", "exact_sync_db", "exact_online"), "")
    everything = environment(tmp_path, metadata_dsn="", connections=connections, ports=Ports(1, 2, 3, 4))
    return {
        name: value for name, value in everything.items() if name.startswith("AIRFLOW") or name in OF_PYTHON
    }


@pytest.mark.parametrize("part", [*AIRFLOW_PARTS, "init", "worker"])
def test_every_part_reads_the_settings_that_make_up_reads(part: str, of_make_up: dict[str, str]) -> None:
    """The settings file is the same one, and the other variables have the same names."""
    assert [ROOT / file for file in SERVICES[part]["env_file"]] == [AIRFLOW_SETTINGS]
    in_compose = {*shared_settings(), *SERVICES[part]["environment"]}
    assert in_compose | OF_THE_IMAGE | OF_ONE_MACHINE == {
        *of_make_up,
        *OF_THE_CELERY_PROFILE,
        *ONLY_IN_CONTAINERS,
    }


def test_a_shared_setting_that_compose_sets_again_has_the_same_default() -> None:
    over = {
        name: value
        for name, value in SERVICES["scheduler"]["environment"].items()
        if name in shared_settings()
    }
    assert over == {
        "AIRFLOW__CORE__EXECUTOR": "${AIRFLOW_EXECUTOR:-" + shared_settings()["AIRFLOW__CORE__EXECUTOR"] + "}"
    }


def test_the_shared_settings_exist_in_this_airflow() -> None:
    """Airflow ignores a misspelt setting without a message."""
    from airflow.configuration import conf

    for name in shared_settings().keys() - OF_PYTHON:
        section, option = re.fullmatch(r"AIRFLOW__(.+?)__(.+)", name).groups()  # type: ignore[union-attr]
        assert option.lower() in conf.configuration_description[section.lower()]["options"], name


def test_all_four_parts_wait_for_the_preparation() -> None:
    assert [SERVICES[part]["command"] for part in AIRFLOW_PARTS] == [
        ["airflow", part] for part in AIRFLOW_PARTS
    ]
    assert SERVICES["init"]["command"] == ["python", str(PREPARE_AIRFLOW.relative_to(ROOT))]
    for part in AIRFLOW_PARTS:
        assert SERVICES[part]["depends_on"]["init"] == {"condition": "service_completed_successfully"}
        assert SERVICES[part]["healthcheck"]["test"]


@pytest.mark.parametrize("word", ["PASSWORD", "SECRET", "KEY"])
def test_no_secret_has_a_default(word: str) -> None:
    asked_for = re.findall(r"\$\{(\w*" + word + r"\w*)([^}]*)\}", FILE.read_text())
    assert asked_for
    assert {rest for _, rest in asked_for} == {":?set it in .env"}


def test_the_example_names_every_variable_and_fills_in_no_secret() -> None:
    example = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    asked_for = {name for name, _ in re.findall(r"\$\{(\w+)([^}]*)\}", FILE.read_text())}
    assert set(example) == asked_for
    assert {value for name, value in example.items() if re.search("PASSWORD|SECRET|KEY|CLIENT_ID", name)} == {
        ""
    }


def test_every_file_that_is_mounted_or_copied_exists() -> None:
    mounted = [
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if volume.startswith("./")
    ]
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    names = [*mounted, *(name for line in copies for name in line.split())]
    assert names
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_dockerignore_lets_in_what_the_image_copies() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert {name for line in copies for name in line.split()} == let_in


def test_the_image_is_built_from_hashed_locks_and_does_not_run_as_root() -> None:
    text = (ROOT / "Dockerfile").read_text()
    installs = re.findall(r"^.*(?:pip install|pip sync).*$", text, re.MULTILINE)
    assert installs
    assert all("--require-hashes" in line for line in installs)
    assert "USER 50000:0" in text


def test_the_database_server_makes_three_databases_for_three_roles(tmp_path: Path) -> None:
    """Run the first-start script of PostgreSQL's image with the psql of the embedded server."""
    passwords = {
        "AIRFLOW_DB_PASSWORD": "one'1",
        "EXACT_SYNC_DB_PASSWORD": "two",
        "JAMES_READER_PASSWORD": "three",
    }
    with running(tmp_path / "postgres", fast=True) as server:
        command = [
            str(binaries() / "psql"),
            "--no-psqlrc",
            "--quiet",
            "--file",
            str(ROOT / "include/postgres/databases.sql"),
            server.dsn(),
        ]
        subprocess.run(command, env=passwords, check=True)
        assert _who_owns(server, "airflow", "airflow", "one'1") == "airflow"
        assert _who_owns(server, "exact_sync", "exact_sync", "two") == "exact_sync"
        assert _who_owns(server, "james", "james_reader", "three") == "postgres"


def _who_owns(server: Server, database: str, user: str, password: str) -> str:
    with psycopg.connect(server.dsn(database, user=user, password=password)) as connection:
        row = connection.execute(
            "select pg_get_userbyid(datdba) from pg_database where datname = current_database()"
        ).fetchone()
    assert row
    return str(row[0])

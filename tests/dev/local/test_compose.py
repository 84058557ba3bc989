"""docker-compose.yaml against the Compose specification, `make up` and the files of the image."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from airflow.cli.cli_parser import get_parser
from uvicorn import Config

from dev.local.airflow_settings import Ports, celery_settings, environment, shared_settings
from dev.local.places import AIRFLOW_SETTINGS, PREPARE_AIRFLOW, ROOT
from dev.local.postgres import Server, running
from dev.local.postgres_files import binaries

FILE = ROOT / "docker-compose.yaml"
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
AIRFLOW_PARTS = ("api-server", "scheduler", "dag-processor", "triggerer")
ALL_OF_AIRFLOW = (*AIRFLOW_PARTS, "init", "worker")
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
    "EXACT_ONLINE_PRACTICES",
    "EXACT_ONLINE_STATE_FOLDER",
    "EXACT_ONLINE_SIMULATOR_HOST",
    "EXACT_ONLINE_SUPPORT_MAIL",
    "EXACT_ONLINE_WORKBOOKS_URL",
    "FORWARDED_ALLOW_IPS",
}
"""The demo sends no mail and keeps its workbooks in the ledger; its databases, files and simulator
are on this machine, no server for TLS is before it, and its environment has no name."""


def test_the_file_is_valid_by_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.fixture
def of_make_up(tmp_path: Path) -> dict[str, str]:
    connections = dict.fromkeys(("james_db", "exact_sync_db", "exact_online"), "")
    everything = environment(tmp_path, metadata_dsn="", connections=connections, ports=Ports(1, 2, 3, 4))
    everything |= celery_settings("", "")
    return {
        name: value for name, value in everything.items() if name.startswith("AIRFLOW") or name in OF_PYTHON
    }


@pytest.mark.parametrize("part", [*ALL_OF_AIRFLOW, "housekeeping"])
def test_every_part_reads_the_settings_that_make_up_reads(part: str) -> None:
    assert [ROOT / file for file in SERVICES[part]["env_file"]] == [AIRFLOW_SETTINGS]


def test_the_variables_have_the_names_that_make_up_gives_them(of_make_up: dict[str, str]) -> None:
    """Taken together; a part has only those that it needs."""
    in_compose = {name for part in ALL_OF_AIRFLOW for name in SERVICES[part]["environment"]}
    assert in_compose | {*shared_settings()} | OF_THE_IMAGE | OF_ONE_MACHINE == {
        *of_make_up,
        *ONLY_IN_CONTAINERS,
    }


@pytest.mark.parametrize(
    ("variable", "parts"),
    [
        ("AIRFLOW_ADMIN_PASSWORD", {"init"}),
        ("AIRFLOW_CONN_EXACT_ONLINE", {"init", "api-server", "scheduler", "worker"}),
        ("AIRFLOW_CONN_JAMES_DB", {"init", "api-server", "scheduler", "worker"}),
        ("AIRFLOW__API__SECRET_KEY", {"api-server", "scheduler", "triggerer", "worker"}),
        ("AIRFLOW__CELERY__BROKER_URL", {"init", "api-server", "scheduler", "worker"}),
        ("AIRFLOW_CONN_EXACT_SYNC_DB", {*ALL_OF_AIRFLOW, "demo"}),
        ("AIRFLOW_CONN_SMTP_DEFAULT", {*ALL_OF_AIRFLOW}),
        ("POSTGRES_PASSWORD", {"postgres"}),
        ("JAMES_OWNER_DB", {"demo"}),
        ("EXACT_TOKEN_KEYS", {"demo"}),
        ("EXACT_CLIENT_SECRET", {"demo", "simulator"}),
        ("REDISCLI_AUTH", {"redis"}),
    ],
)
def test_a_secret_is_given_to_those_that_need_it(variable: str, parts: set[str]) -> None:
    assert {name for name, one in SERVICES.items() if variable in one.get("environment", {})} == parts


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_confined(name: str) -> None:
    """No rights of root, nothing writable but volumes and memory, bounded memory and logs."""
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert name == "postgres" or "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert "/tmp" in service["tmpfs"]
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert "network_mode" not in service
    assert "privileged" not in service


def test_airflow_and_the_link_write_where_they_may() -> None:
    for part in AIRFLOW_PARTS:
        assert {"logs:/opt/airflow/logs", "state:/opt/airflow/state"} <= set(SERVICES[part]["volumes"])
        assert _environment(part)["EXACT_ONLINE_STATE_FOLDER"] == "/opt/airflow/state"
        assert _environment(part)["EXACT_ONLINE_PRACTICES"].startswith("/opt/airflow/state/")
    assert re.search(r"AIRFLOW_CONFIG=/tmp/\S+", (ROOT / "Dockerfile").read_text())
    assert SERVICES["worker"]["command"][-2:] == ["--pid", "/tmp/worker.pid"]


def test_each_base_image_may_be_named_with_its_digest() -> None:
    """By a variable of .env, whose default is that of the Dockerfile."""
    text = (ROOT / "Dockerfile").read_text()
    of_the_file = dict(re.findall(r"^ARG (\w+_IMAGE)=(\S+)$", text, re.MULTILINE))
    built_on = set(re.findall(r"^FROM (\S+)", text, re.MULTILINE))
    stages = set(re.findall(r"^FROM \S+ AS (\S+)", text, re.MULTILINE))
    assert built_on - stages == {f"${{{name}}}" for name in of_the_file}
    given: dict[str, str] = {}
    for service in SERVICES.values():
        given |= service.get("build", {}).get("args", {})
    assert given == {name: f"${{{name}:-{image}}}" for name, image in of_the_file.items()}
    assert SERVICES["redis"]["image"].startswith("${REDIS_IMAGE:-")


def test_the_server_for_tls_says_who_asks_and_nobody_else_does() -> None:
    """Else visitors of signed links share one limit, and a login's cookie may go in plain."""
    command = SERVICES["api-server"]["command"]
    assert get_parser().parse_args(command[1:]).proxy_headers
    assert _environment("api-server")["FORWARDED_ALLOW_IPS"] == "${AIRFLOW_PROXY:-127.0.0.1}"


@pytest.mark.parametrize(
    ("peer", "seen"),
    [("172.19.0.1", ("https", "203.0.113.7")), ("172.32.0.1", ("http", "172.32.0.1"))],
)
def test_the_network_of_the_example_is_understood(
    peer: str, seen: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    example = re.search(r"^#AIRFLOW_PROXY=(\S+)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert example
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", example[1])
    found = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        found.append((scope["scheme"], scope["client"][0]))

    config = Config(app, proxy_headers=True, log_config=None)
    config.load()
    headers = [(b"x-forwarded-proto", b"https"), (b"x-forwarded-for", b"203.0.113.7")]
    scope: Any = {"type": "http", "scheme": "http", "client": (peer, 1), "headers": headers}
    with ThreadPoolExecutor(1) as pool:  # a browser of another test may have a loop in this thread
        answered = config.loaded_app(scope, None, None)  # type: ignore[arg-type]
        pool.submit(lambda: asyncio.run(answered)).result()
    assert found == [seen]


def test_every_image_is_built_by_one_service() -> None:
    built = [one["image"] for one in SERVICES.values() if "build" in one]
    ours = {one["image"] for one in SERVICES.values() if one["image"].startswith("exact-online")}
    assert sorted(built) == sorted(ours)
    assert all(image.endswith(":${LINK_VERSION:-current}") for image in ours)
    others = [one for one in SERVICES.values() if one["image"] in ours and "build" not in one]
    assert {one["pull_policy"] for one in others} == {"never"}


def test_only_this_machine_reaches_the_one_port() -> None:
    assert {name: one["ports"] for name, one in SERVICES.items() if "ports" in one} == {
        "api-server": ["${AIRFLOW_ADDRESS:-127.0.0.1}:${AIRFLOW_PORT:-8080}:8080"]
    }


def test_no_health_check_starts_airflow() -> None:
    """Its command line costs seconds of processor time, each half minute and for each part."""
    tests = {name: one["healthcheck"]["test"] for name, one in SERVICES.items() if "healthcheck" in one}
    assert {"airflow", "celery"}.isdisjoint(word for words in tests.values() for word in words)
    assert {name: words[-1] for name, words in tests.items() if "include/airflow/healthy.py" in words} == {
        "api-server": "metadatabase",
        "scheduler": "scheduler",
        "dag-processor": "dag_processor",
        "triggerer": "triggerer",
        "worker": "8793",
        "simulator": "8000",
    }


def test_the_server_is_healthy_when_it_has_the_database_that_is_made_last() -> None:
    last = re.findall(r"create database (\w+)", (ROOT / "include/postgres/databases.sql").read_text())[-1]
    assert f"--dbname={last}" in SERVICES["postgres"]["healthcheck"]["test"]


def test_everything_that_stays_is_in_a_named_volume() -> None:
    """Nothing of the checkout is mounted, so its rights do not matter."""
    mounts = [mount.split(":") for one in SERVICES.values() for mount in one.get("volumes", [])]
    assert {name for name, _ in mounts} == set(COMPOSE["volumes"])
    assert {"/data", "/var/lib/postgresql"} <= {folder for _, folder in mounts}


def test_redis_has_a_password_that_no_list_of_processes_shows() -> None:
    *shell, script = SERVICES["redis"]["command"]
    assert shell == ["sh", "-c"]
    assert script.splitlines()[0] == "exec redis-server - <<END"
    assert 'requirepass "$$REDISCLI_AUTH"' in script
    assert ":${REDIS_PASSWORD:?set it in .env}@redis" in _environment("worker")["AIRFLOW__CELERY__BROKER_URL"]


def test_the_simulator_has_a_name_and_the_demo_knows_its_environment() -> None:
    assert "--name simulator" in SERVICES["simulator"]["command"][-1]
    assert _environment("scheduler")["EXACT_ONLINE_SIMULATOR_HOST"] == "simulator"
    assert _environment("demo")["EXACT_ONLINE_ENVIRONMENT"] == "${ENVIRONMENT_NAME:-}"


def test_the_path_of_the_address_is_that_of_the_tasks_too() -> None:
    given = _environment("scheduler")
    path = "${AIRFLOW_BASE_PATH:-}"
    assert given["AIRFLOW__API__BASE_URL"].endswith(path)
    assert given["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == f"http://api-server:8080{path}/execution/"


def test_each_day_old_logs_and_runs_are_removed() -> None:
    assert SERVICES["housekeeping"]["command"] == ["python", "include/airflow/housekeeping.py"]
    assert "profiles" not in SERVICES["housekeeping"]


def test_what_is_copied_gets_its_rights_in_the_image() -> None:
    """A checkout under umask 077 makes the same image."""
    copies = re.findall(r"^COPY (?!--from).*$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert copies
    assert all(re.match(r"COPY --chmod=0[45][45][45] ", line) for line in copies)


def test_what_python_would_write_at_its_first_import_is_in_the_image() -> None:
    """Nothing can be written there later, and each start and health check would compile anew."""
    text = (ROOT / "Dockerfile").read_text()
    assert 'compileall -q "$(python -c' in text
    copied = {name for name in _copied() if (ROOT / name).is_dir()}
    compiled = re.findall(r"compileall -q ((?:[a-z]+ ?)+)", text)
    assert {name for names in compiled for name in names.split()} == copied
    assert text.count("-name tests -prune -exec rm -r") == text.count("uv pip sync")


def test_no_secret_reaches_the_repository_or_the_image() -> None:
    assert {".env", ".env.*"} <= set((ROOT / ".gitignore").read_text().splitlines())
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {"*", "**/.env*", "**/tests"} <= set(ignored)
    assert "tests" not in {line[1:] for line in ignored if line.startswith("!")}


def _environment(service: str) -> dict[str, str]:
    found: dict[str, str] = SERVICES[service]["environment"]
    return found


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
    assert [SERVICES[part]["command"][:2] for part in AIRFLOW_PARTS] == [
        ["airflow", part] for part in AIRFLOW_PARTS
    ]
    assert SERVICES["init"]["command"] == ["python", str(PREPARE_AIRFLOW.relative_to(ROOT))]
    for part in AIRFLOW_PARTS:
        assert SERVICES[part]["depends_on"]["init"] == {"condition": "service_completed_successfully"}
        assert SERVICES[part]["healthcheck"]["test"]


@pytest.mark.parametrize("word", ["PASSWORD", "SECRET", "KEY"])
def test_no_secret_has_a_default(word: str) -> None:
    asked_for = re.findall(r"(?<!\$)\$\{(\w*" + word + r"\w*)([^}]*)\}", FILE.read_text())
    assert asked_for
    assert {rest for _, rest in asked_for} == {":?set it in .env"}


def test_the_example_names_every_variable_and_fills_in_no_secret() -> None:
    example = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    asked_for = {name for name, _ in re.findall(r"\$\{(\w+)([^}]*)\}", FILE.read_text())}
    assert set(example) == asked_for
    assert {value for name, value in example.items() if re.search("PASSWORD|SECRET|KEY|CLIENT_ID", name)} == {
        ""
    }


def test_every_file_that_is_copied_exists() -> None:
    names = _copied()
    assert names
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_dockerignore_lets_in_what_the_image_copies() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {name.split("/")[0] for name in _copied()} == let_in


def _copied() -> list[str]:
    copies = re.findall(r"^COPY --chmod=\d+ (.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    return [name for line in copies for name in line.split()]


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

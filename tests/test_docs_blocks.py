"""What the shell blocks of the docs show is run, as far as it can be without a stack.

Each command is in `RUN`, which says how, or in `NOT_RUN`, which says why not: a new one must be
put in either.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from airflow.cli.cli_parser import get_parser
from typer.testing import CliRunner

from dev.demo.practices import practices
from dev.local.places import PLUGINS, ROOT
from exact_online import cli
from exact_online.ledger import Ledger, connect
from exact_online.migrations import CONNECTION_VARIABLE
from exact_online.registry import DAG_PREFIX
from tests.ledger_cases import register
from tests.test_docs_commands import PAGES

FENCED = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^(?:make|docker|cp|export|python|curl|git|uv|pip)\s|^[A-Z_]+=\S+ (?:make|python)\b")
SERVICES = set(yaml.safe_load((ROOT / "docker-compose.yaml").read_text())["services"])

PLACEHOLDERS = {"PRACTICE": "noorderlicht", "|| ...": ""}
"""What a person writes his own word for."""


def _environment(ledger_dsn: str) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    more = {"PATH": path, "PYTHONPATH": f"{PLUGINS}:{ROOT}", CONNECTION_VARIABLE: ledger_dsn}
    return {**os.environ, **more}


def in_shell(command: str, folder: Path, ledger_dsn: str) -> None:
    """Run it as it stands, in a folder of its own, over a ledger with one practice."""
    with connect(ledger_dsn) as conn:
        register(Ledger(conn), "noorderlicht", division=1)
    for word, value in PLACEHOLDERS.items():
        command = command.replace(word, value)
    (folder / ".env.example").write_bytes((ROOT / ".env.example").read_bytes())
    shell = ["sh", "-euc", command]
    done = subprocess.run(
        shell, cwd=folder, env=_environment(ledger_dsn), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def as_recipe(command: str, folder: Path, ledger_dsn: str) -> None:
    """Let make say what it would run: the target and each module that it names are there."""
    said = subprocess.run(
        ["sh", "-c", command.replace("make ", "make --dry-run ", 1)],
        cwd=ROOT, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    modules = set(re.findall(r"bin/python -m ([\w.]+)", said.stdout))
    assert modules
    for module in modules:
        assert importlib.util.find_spec(module), module


def as_words_of_airflow(command: str, folder: Path, ledger_dsn: str) -> None:
    """Airflow's own command line knows the words, and the dag is one of the demo's."""
    as_recipe(command, folder, ledger_dsn)
    (words,) = re.findall(r'(?s)ARGS="(.*)"', command)
    read = get_parser().parse_args(shlex.split(words.replace('\\"', '"')))
    assert read.dag_id.removeprefix(DAG_PREFIX) in {known.code for known in practices()}
    assert json.loads(read.dag_run_conf)


def until_it_listens(command: str, folder: Path, ledger_dsn: str) -> None:
    """A server: it says where it listens, and is ended."""
    environment = _environment(ledger_dsn)
    with (folder / "practices.json").open("w") as seed:
        subprocess.run([sys.executable, "-m", "dev.demo.practices"], stdout=seed, env=environment, check=True)
    log = folder / "log"
    with log.open("w") as out:
        server = subprocess.Popen(shlex.split(command), cwd=folder, env=environment, stdout=out, stderr=out)
    try:
        until = time.monotonic() + 60
        while "http://127.0.0.1:" not in log.read_text() and time.monotonic() < until:
            assert server.poll() is None, log.read_text()
            time.sleep(0.05)
        assert "http://127.0.0.1:" in log.read_text()
    finally:
        server.terminate()
        server.wait(20)


Way = Callable[[str, Path, str], None]

RUN: tuple[tuple[str, Way], ...] = (
    (r"make airflow ARGS=.*", as_words_of_airflow),
    (r"make [a-z-]+( [A-Z_]+=\S+)*", as_recipe),
    (r"cp \.env\.example \.env; chmod 600 \.env", in_shell),
    (r"umask 077", in_shell),
    (r"python -m exact_online (items|differences) PRACTICE", in_shell),
    (r"python -m exact_online watch-nights \|\| \.\.\.", in_shell),
    (r"python -m simulator .*", until_it_listens),
)
NOT_RUN = {
    r"export AIRFLOW_CONN_\w+=.*": "the address of one's own database",
    r"python -m exact_online ACT .*": "ACT is each of the acts below it: tests/acts",
    r"python -m exact_online matches .* --read": "reads James and Exact: tests/load/test_matches.py",
    r"python -m exact_online ours .*": "needs relations of previous software: tests/load/test_matches.py",
    r"python -m exact_online connect .*": "a person agrees at Exact: tests/acts/test_connect.py",
    r"(PYTHONPATH=\S+ )?\S*python -m dev\.local\.postgres .*": "starts a server in var/: test_postgres.py",
    r"make digests .*": "asks a registry: tests/dev/local/test_makefile.py",
    r"docker .*": "there is no Docker where the tests run; docs/operations.md says what was seen in one",
}


def _commands() -> list[tuple[str, str]]:
    """Page and command, without its comment and with the lines joined that go on."""
    found = []
    for page in PAGES:
        for indent, kind, block in FENCED.findall(page.read_text("utf-8")):
            if kind != "sh":
                continue
            lines = [line.removeprefix(indent) for line in block.splitlines()]
            for line in "\n".join(lines).replace("\\\n", " ").splitlines():
                if command := re.sub(r"\s+#\s.*$", "", line).strip():
                    found.append((page.name, command))
    return sorted(set(found))


COMMANDS = _commands()


def ways(command: str) -> list[Way]:
    return [way for pattern, way in RUN if re.fullmatch(pattern, command, re.DOTALL)][:1]


def reasons(command: str) -> list[str]:
    return [why for pattern, why in NOT_RUN.items() if re.fullmatch(pattern, command, re.DOTALL)]


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_each_command_is_run_or_it_is_said_why_not(page: str, command: str) -> None:
    assert len(ways(command)) + len(reasons(command)) == 1, command


@pytest.mark.parametrize(
    "command", dict.fromkeys(command for _, command in COMMANDS if ways(command)), ids=lambda each: each[:40]
)
def test_it_works_as_it_is_shown(command: str, tmp_path: Path, ledger_dsn: str) -> None:
    (way,) = ways(command)
    way(command, tmp_path, ledger_dsn)


def test_no_entry_is_without_a_command() -> None:
    shown = [command for _, command in COMMANDS]
    for pattern in [*NOT_RUN, *(pattern for pattern, _ in RUN)]:
        assert any(re.fullmatch(pattern, command, re.DOTALL) for command in shown), pattern


def test_a_reason_names_tests_that_are_there() -> None:
    for why in NOT_RUN.values():
        for name in re.findall(r"tests/[\w/.]+|test_\w+\.py", why):
            assert (ROOT / name).exists() or list((ROOT / "tests").rglob(name)), name


def _named(pattern: str) -> list[str]:
    """What follows `python -m` anywhere on the pages, in a sentence too."""
    return sorted({found for page in PAGES for found in re.findall(pattern, page.read_text("utf-8"))})


@pytest.mark.parametrize("command", _named(r"python -m exact_online ([a-z][a-z-]+)"))
def test_each_command_says_how_it_is_used(command: str) -> None:
    done = CliRunner().invoke(cli.app, [command, "--help"])
    assert (done.exit_code, "Usage:" in done.output) == (0, True)


def test_each_module_that_is_named_can_be_run() -> None:
    for name in _named(r"python -m ([a-z_][\w.]*\w)"):
        spec = importlib.util.find_spec(name)
        assert spec, name
        assert spec.origin, name
        is_package = spec.submodule_search_locations is not None
        assert not is_package or importlib.util.find_spec(f"{name}.__main__"), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_shell_block_says_that_it_is_one(page: Path) -> None:
    """Else it would be looked over here."""
    for _, kind, block in FENCED.findall(page.read_text("utf-8")):
        assert kind or not any(COMMAND.match(line.strip()) for line in block.splitlines()), block


def test_compose_knows_the_services_that_are_named() -> None:
    for _, command in COMMANDS:
        words = shlex.split(command)
        for verb in ("exec", "run", "stop"):
            if words[:2] == ["docker", "compose"] and verb in words:
                rest = [word for word in words[words.index(verb) + 1 :] if not word.startswith("-")]
                named = rest if verb == "stop" else rest[:1]
                assert named, command
                assert set(named) <= SERVICES, command

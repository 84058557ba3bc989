"""The PyPI package ``exactonline`` talks to the simulator unchanged, in an environment of its own.

Where it contradicts the facts is said at the assertion, and in docs/simulator.md.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from simulator import World, running
from simulator.server import Certificate
from tests.certificate import make_certificate
from tests.simulator.books import NOW, PRACTICE, Client, new_world

PACKAGE = "exactonline==0.4.0"
UNREACHABLE = re.compile(
    r"error sending request|dns error|tcp connect error|timed out|Connection rejected|unreachable",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment that holds the client and nothing else."""
    folder = tmp_path_factory.mktemp("public-client") / "environment"
    uv, interpreter = [sys.executable, "-m", "uv", "--quiet"], folder / "bin" / "python"
    subprocess.run([*uv, "venv", "--python", sys.executable, folder], check=True, timeout=60)
    install = [*uv, "pip", "install", "--python", interpreter, "--no-deps", PACKAGE]
    done = subprocess.run(install, capture_output=True, text=True, timeout=240, check=False)
    if done.returncode and UNREACHABLE.search(done.stderr):
        pytest.skip(
            f"the package index is unreachable, "
            f"so {PACKAGE} can't be installed: {done.stderr.strip().splitlines()[-1]}"
        )
    assert done.returncode == 0, done.stderr
    return interpreter


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """The client speaks https only, and checks."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def settings_of_client(world: World, url: str) -> str:
    app = world.app
    server = f"[server]\nauth_url = {url}/api/oauth2/auth\nrest_url = {url}/api\n"
    server += f"token_url = {url}/api/oauth2/token\n"
    application = f"[application]\nbase_url = {app.redirect_uri}\n"
    application += f"client_id = {app.client_id}\nclient_secret = {app.client_secret}\n"
    return f"{server}{application}[transient]\ncode = {world.consent().replace('%', '%%')}\n"


@pytest.fixture(scope="module")
def seen(python: Path, certificate: Certificate, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the client saw in one long session."""
    world = new_world()
    world.limits.off()
    world.clock.freeze(dt.datetime.now(dt.UTC).replace(year=NOW.year))
    exact = Client(world)
    exact.post(
        "cashflow/PaymentConditions", {"Code": "15", "Description": "Binnen 15 dagen", "PaymentDays": 15}
    )
    for number in range(130):
        exact.post("crm/Accounts", {"Name": f"Debiteur {number}", "Status": "C"})
    script, storage = (
        Path(__file__).with_name("public_client.py"),
        tmp_path_factory.mktemp("client") / "client.ini",
    )
    with running(world, certificate) as url:
        storage.write_text(settings_of_client(world, url), encoding="utf-8")
        environment = {
            **os.environ,
            "SSL_CERT_FILE": str(certificate.chain),
            "no_proxy": "localhost,127.0.0.1",
            "PYTHONPATH": "",
        }
        done = subprocess.run(
            [python, script, url, storage],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=environment,
        )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_the_public_client_works_unchanged(seen: dict[str, Any]) -> None:
    assert seen["divisions"] == ["Fysiotherapie Noorderlicht", "Fysiotherapie Zuiderlicht"]
    assert seen["relation"] == ["Praktijk O'Brien"]
    assert seen["invoice"] == [242.0, [200.0], "/Date(1773014400000)/"]
    assert seen["vat"] == 0.21
    assert seen["receivable"] == [242.0]
    assert seen["pages"] == 132


def test_its_tokens_rotate_and_its_limiter_waits(seen: dict[str, Any]) -> None:
    assert (seen["me"], seen["rotated"]) == ("Anna Accountant", True)
    assert seen["limited"] == [len(PRACTICE["VATCodes"])] * 12
    assert seen["waits"] >= 2


def test_where_it_contradicts_the_facts(seen: dict[str, Any]) -> None:
    assert seen["number_for_text"] == [400], (
        "it sends PaymentConditionSales as a number; the contract says String"
    )
    assert seen["code_in_put"] == [500, "Gegeven bestaat reeds."], (
        "it sends Code in a PUT, which Exact rejects (fact 4.3)"
    )
    assert seen["date_without_time"] == [400], (
        "it writes date literals without a time, which fails for some (fact 1.14)"
    )

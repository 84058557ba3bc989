"""Airflow's connection becomes a client that may be called, and sends nothing of itself."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from airflow.sdk.execution_time.context import set_current_context
from airflow.sdk.log import redact

from exact_online.api import masking
from exact_online.api.budget import NIGHTLY_RESERVE
from exact_online.environment import ENVIRONMENT_VARIABLE
from exact_online.failures import DayIsFull, NotReady
from exact_online.hook import ExactOnlineHook
from exact_online.ledger import Connection, Ledger, Practice
from exact_online.provider_info import get_provider_info
from tests.api.chains import KEY, put_chain
from tests.api.conftest import DIVISION
from tests.api.fake_server import FakeServer, Reply
from tests.api.token_server import CLIENT_ID, CLIENT_SECRET
from tests.api.virtual_clock import VirtualClock


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch, server: FakeServer) -> dict[str, object]:
    """The connection in Airflow, to be changed by a test."""
    host, port = server.url.rsplit(":", 1)
    fields: dict[str, object] = {
        "conn_type": "exact_online",
        "host": host,
        "port": int(port),
        "login": CLIENT_ID,
        "password": CLIENT_SECRET,
        "extra": {
            "token_keys": KEY.decode(),
            "calls_per_minute": 5,
            "canary": "must-not-be-a-header",
            "number": 1,
        },
    }
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_ONLINE", json.dumps(fields))
    return fields


def put(monkeypatch: pytest.MonkeyPatch, fields: dict[str, object], **changed: object) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_ONLINE", json.dumps({**fields, **changed}))


def practice(chain_id: str | None) -> Practice:
    day = dt.date(2026, 1, 1)
    return Practice("aa", "A", "1", True, chain_id, DIVISION, "A", day, day, "nothing")


def test_a_practice_gets_a_client_with_its_own_chain_division_and_budget(
    connection: dict[str, object],
    server: FakeServer,
    ledger: Connection,
    ledger_dsn: str,
    clock: VirtualClock,
) -> None:
    chain_id = put_chain(ledger_dsn, clock.now())
    server.on("GET", f"/api/v1/{DIVISION}/crm/Accounts", Reply(body={"d": {"results": []}}))
    client = ExactOnlineHook(clock=clock).client(practice(chain_id), Ledger(ledger))
    assert list(client.get_all("crm/Accounts", ("ID",))) == []
    assert server.asked[0].headers["Authorization"] == "Bearer access-token-0"
    assert ledger.execute("select division, minute_limit from call_window").fetchall() == [
        {"division": DIVISION, "minute_limit": 5}
    ]


def test_a_client_of_history_leaves_the_night_its_reserve(
    connection: dict[str, object],
    server: FakeServer,
    ledger: Connection,
    ledger_dsn: str,
    clock: VirtualClock,
) -> None:
    """B6, FR-B7, FR-J4: a thousand calls of the day are not its own; the night has them all."""
    of = practice(put_chain(ledger_dsn, clock.now()))
    server.on("GET", f"/api/v1/{DIVISION}/crm/Accounts", Reply(body={"d": {"results": []}}))
    hook = ExactOnlineHook(clock=clock)
    of_night, of_history = (hook.client(of, Ledger(ledger), backfill=older) for older in (False, True))
    list(of_history.get_all("crm/Accounts", ("ID",)))
    used = "update call_window set day_used = day_limit - %s, version = version + 1"
    ledger.execute(used, [NIGHTLY_RESERVE])
    with pytest.raises(DayIsFull, match=r"blijven er 1\.000 voor de nacht"):
        list(of_history.get_all("crm/Accounts", ("ID",)))
    list(of_night.get_all("crm/Accounts", ("ID",)))
    assert len(server.asked) == 2


def test_a_backfill_gets_a_client_that_leaves_the_night_its_reserve(
    connection: dict[str, object], server: FakeServer, ledger: Connection, ledger_dsn: str
) -> None:
    """FR-B7, FR-J4: the day has the reserve left; the night may ask, a backfill may not."""
    now = dt.datetime.now(dt.UTC)
    chain_id, hook = put_chain(ledger_dsn, now), ExactOnlineHook()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    day = {"Limit": 5000, "Remaining": 1000, "Reset": int(midnight.timestamp() * 1000)}
    headers = {f"X-RateLimit-{name}": str(value) for name, value in day.items()}
    server.on("GET", f"/api/v1/{DIVISION}/crm/Accounts", Reply(200, {"d": {"results": []}}, headers))
    of = practice(chain_id)
    night, older = (hook.client(of, Ledger(ledger), backfill=backfill) for backfill in (False, True))
    for _ in range(2):  # what was heard is written down with the next call
        assert list(night.get_all("crm/Accounts", ("ID",))) == []
    with pytest.raises(DayIsFull, match="voor de nacht"):
        list(older.get_all("crm/Accounts", ("ID",)))
    assert list(night.get_all("crm/Accounts", ("ID",))) == []


def test_airflows_masker_knows_each_secret(connection: dict[str, object]) -> None:
    """INV-13, FR-K3: what Airflow prints itself (XCom, rendered fields) is masked too."""
    masking.announce("canary-before-the-task")
    with set_current_context({}):
        ExactOnlineHook()
        masking.announce("canary-of-the-masker")
    told = str(redact("a canary-before-the-task and a canary-of-the-masker in a text"))
    assert "canary" not in told


def test_airflows_masker_does_not_grow_in_a_process_that_stays(connection: dict[str, object]) -> None:
    """It forgets nothing, and an api-server comes by new tokens for as long as it runs."""
    ExactOnlineHook()
    masking.announce("canary-of-a-page")
    assert masking.blotted("canary-of-a-page") == masking.BLOT
    assert "canary-of-a-page" in str(redact("a canary-of-a-page in a text"))


def test_nothing_of_the_connection_goes_out_as_a_header(
    connection: dict[str, object], server: FakeServer
) -> None:
    """FR-K3: the plain HttpHook sends extra as headers and the secret as Basic authorisation."""
    server.on("GET", "/api/v1/current/Me", Reply(401))
    assert ExactOnlineHook().test_connection()[0]
    sent = str(server.asked[0].headers)
    assert not any(
        part in sent for part in ("canary", "Authorization", CLIENT_SECRET, CLIENT_ID, KEY.decode())
    )


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(200, b"<html>"), "answers 200"),
        (Reply(404), "answers 404"),
        (Reply(lost=True), "can't be reached"),
    ],
)
def test_the_test_button_says_what_is_wrong(
    connection: dict[str, object], server: FakeServer, reply: Reply, words: str
) -> None:
    server.on("GET", "/api/v1/current/Me", reply)
    good, message = ExactOnlineHook().test_connection()
    assert not good
    assert words in message


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"login": None}, "geen client ID"),
        ({"password": None}, "geen client ID of client secret"),
        ({"host": "http://start.exactonline.nl", "port": None}, "https://"),
        ({"extra": {}}, "token_keys"),
        ({"extra": {"token_keys": "short"}}, "token_keys"),
        ({"extra": {"token_keys": KEY.decode(), "client_auth": "jwt"}}, "client_auth 'jwt'"),
    ],
)
def test_a_connection_that_is_not_right_says_what_to_fill_in(
    connection: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
    ledger: Connection,
    changed: dict[str, object],
    words: str,
) -> None:
    put(monkeypatch, connection, **changed)
    with pytest.raises(NotReady, match=words):
        ExactOnlineHook().client(practice("aaaaaaaa-0000-4000-8000-000000000001"), Ledger(ledger))


@pytest.mark.parametrize(
    ("host", "port", "base_url"),
    [
        (None, None, "https://start.exactonline.nl"),
        ("https://start.exactonline.nl", 443, "https://start.exactonline.nl"),
        ("start.exactonline.be", 443, "https://start.exactonline.be"),
        ("http://127.0.0.1", 8500, "http://127.0.0.1:8500"),
    ],
)
def test_the_base_url_is_exacts_own_unless_the_connection_says_otherwise(
    connection: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
    host: str | None,
    port: int | None,
    base_url: str,
) -> None:
    """Airflow's test button needs a port in the connection, so 443 must do no harm."""
    put(monkeypatch, connection, host=host, port=port)
    assert ExactOnlineHook().app().base_url == base_url


def test_a_practice_without_a_link_says_who_must_act(
    connection: dict[str, object], ledger: Connection
) -> None:
    with pytest.raises(NotReady, match="nog niet aan een administratie"):
        ExactOnlineHook().client(practice(None), Ledger(ledger))


@pytest.mark.parametrize(("home", "here"), [("", "demo"), ("productie", "demo"), ("productie", "test")])
def test_there_is_no_client_on_the_ledger_of_another_environment(
    connection: dict[str, object], ledger: Connection, home: str, here: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its tokens are the original's, and not for a simulator (FR-K12, FR-L8)."""
    of = practice("aaaaaaaa-0000-4000-8000-000000000001")
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, home)
    Ledger(ledger).home.check()
    ExactOnlineHook().client(of, Ledger(ledger))
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, here)
    with pytest.raises(NotReady, match="kopie of verhuisd"):
        ExactOnlineHook().client(of, Ledger(ledger))


def test_the_connection_type_names_the_hook_it_belongs_to() -> None:
    (kind,) = get_provider_info()["connection-types"]
    assert kind["connection-type"] == ExactOnlineHook.conn_type
    assert kind["hook-class-name"] == f"{ExactOnlineHook.__module__}.{ExactOnlineHook.__qualname__}"


def test_airflow_finds_the_connection_type_in_the_plugins_folder() -> None:
    """The folder's ``*.dist-info`` is what registers it, as soon as plugins/ is on the path."""
    from airflow.sdk.providers_manager_runtime import ProvidersManagerTaskRuntime

    assert "exact_online" in ProvidersManagerTaskRuntime().hooks

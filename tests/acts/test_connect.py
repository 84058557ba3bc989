"""A link with Exact is given anew from a command line: the consent page, the answer, the tokens."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from typer.testing import CliRunner, Result

from dev.local.ports import free_port
from exact_online import cli, connect
from exact_online.api import grants
from exact_online.environment import ENVIRONMENT_VARIABLE
from exact_online.failures import NotReady, ReconnectNeeded
from exact_online.migrations import CONNECTION_VARIABLE
from simulator.server import running
from tests.link.fixtures import small_place
from tests.link.small import KEY, Place, SmallLink, seeded_world

__all__ = ["small_place"]
CODE = "noorderlicht"


@pytest.fixture
def link(small_place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallLink]:
    """A practice whose link was withdrawn in Exact, and a simulator that listens."""
    world = seeded_world()
    world.clock.set(dt.datetime.now(dt.UTC))
    world.clock.run()
    world.auto_consent = True
    with running(world) as url:
        small = SmallLink(small_place, world=world, url=url)
        small.ledger.conn.execute("update token_chain set state = 'reconnect_needed', state_reason = 'test'")
        world.authority.withdraw(world.user.id)
        configure(monkeypatch, small, world.app.redirect_uri)
        yield small
        small.die()


def configure(monkeypatch: pytest.MonkeyPatch, link: SmallLink, redirect_uri: str, **more: str) -> None:
    extra = {"token_keys": KEY.decode(), "redirect_uri": redirect_uri, **more}
    app = {"login": link.world.app.client_id, "password": link.world.app.client_secret}
    exact = {"conn_type": "exact_online", "host": link.url, **app, "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_ONLINE", json.dumps(exact))
    monkeypatch.setenv(CONNECTION_VARIABLE, link.place.ledger_dsn)


def browse(address: str) -> str:
    """What a browser does: agree, and end at the address that Exact sends it to."""
    return requests.get(address, allow_redirects=False, timeout=10).headers["Location"]


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of the consent page that were shown."""
    shown: list[str] = []
    made = grants.authorize_url

    def noted(*given: Any, **more: Any) -> str:
        shown.append(made(*given, **more))
        return shown[-1]

    monkeypatch.setattr(grants, "authorize_url", noted)
    return shown


def pasting(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str], change: Any = lambda answer: answer
) -> None:
    """Let the person paste what the browser ended at; it is not shown."""

    def prompt(words: str, hide_input: bool = False) -> str:
        assert hide_input
        return str(change(browse(addresses[-1])))

    monkeypatch.setattr(cli.typer, "prompt", prompt)


def run(*more: str) -> Result:
    return CliRunner().invoke(cli.app, ["connect", CODE, *more])


def secrets_of(link: SmallLink) -> list[str]:
    authority = link.world.authority
    return [link.world.app.client_secret, *authority.access, *authority.refresh, *authority.codes]


def test_a_dead_link_is_given_anew_and_keeps_all_settings(
    link: SmallLink, monkeypatch: pytest.MonkeyPatch, addresses: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """B5: one page, and the next night books; no secret is shown."""
    before = link.ledger.practices.get(CODE)
    pasting(monkeypatch, addresses)
    result = run()
    assert result.exit_code == 0, result.exception
    assert addresses[0] in result.output
    assert "is linked with division" in result.output
    assert link.ledger.practices.get(CODE) == before
    assert not [secret for secret in secrets_of(link) if secret in result.output + caplog.text]
    link.james.debtor("1001")
    link.james.invoice(1, "1001")
    assert link.night().items == []


def test_a_copied_ledger_gets_no_consent(
    link: SmallLink, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    """It would end the tokens of the original (FR-L8)."""
    link.ledger.home.check()
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "test")
    with pytest.raises(NotReady, match="is een kopie of verhuisd"):
        CliRunner().invoke(cli.app, ["connect", CODE], catch_exceptions=False)
    assert addresses == []


def test_a_bare_code_will_do(link: SmallLink, monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> None:
    pasting(monkeypatch, addresses, lambda answer: parse_qs(urlsplit(answer).query)["code"][0])
    assert run().exit_code == 0


def test_the_answer_comes_by_itself_where_this_program_can_listen(
    link: SmallLink, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    uri = f"http://127.0.0.1:{free_port()}/callback"
    link.world.switches.plain_http_redirect = "accepted"
    app = link.world.register_app(link.world.app.client_id, link.world.app.client_secret, uri)
    configure(monkeypatch, link, uri)
    assert app.redirect_uri == uri
    listened = connect.listen

    def listen(redirect_uri: str) -> str:
        browser = threading.Timer(0.2, lambda: requests.get(addresses[-1], timeout=10))
        browser.start()
        return listened(redirect_uri, dt.timedelta(seconds=20))

    monkeypatch.setattr(cli, "listen", listen)
    result = run()
    assert result.exit_code == 0, result.exception
    assert f"Waiting for the answer on {uri}" in result.output


@pytest.mark.parametrize(("server", "ours", "works"), [
    ("basic", "basic", True), ("form", "form", True), ("either", "basic", True), ("either", "form", True),
    ("basic", "form", False), ("form", "basic", False),
])  # fmt: skip
def test_the_app_says_who_it_is_as_the_server_wants_it(
    link: SmallLink,
    monkeypatch: pytest.MonkeyPatch,
    addresses: list[str],
    server: str,
    ours: str,
    works: bool,
) -> None:
    """Fact 2.4: two of four public clients use HTTP Basic only."""
    link.world.switches.set("token_client_auth", server)
    configure(monkeypatch, link, link.world.app.redirect_uri, client_auth=ours)
    pasting(monkeypatch, addresses)
    result = run()
    assert (result.exit_code == 0) is works
    if not works:
        assert "client ID of het client secret" in str(result.exception)


def test_an_answer_of_another_consent_is_not_used(
    link: SmallLink, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    pasting(monkeypatch, addresses, lambda answer: answer.replace("state=", "state=x"))
    result = run()
    assert isinstance(result.exception, NotReady)
    assert "another consent" in str(result.exception)
    assert link.world.authority.codes


def test_a_code_that_is_used_already_says_so(
    link: SmallLink, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    pasting(monkeypatch, addresses, lambda answer: link.world.authority.codes.clear() or answer)
    assert isinstance(run().exception, (NotReady, ReconnectNeeded))


def test_the_division_of_a_practice_stays(
    link: SmallLink, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    """FR-C11: its books are there. Another consent keeps the tokens and links nothing."""
    assert "belongs to division" in str(run("--division", "1").exception)
    assert addresses == []
    link.world.user.divisions.clear()
    other = link.world.add_division("Een andere")
    link.world.user.divisions.add(other.code)
    link.world.user.current_division = other.code
    pasting(monkeypatch, addresses)
    assert f"{other.code} Een andere" in str(run().exception)
    row = link.ledger.conn.execute("select state from token_chain").fetchone()
    assert row == {"state": "live"}


def test_a_practice_without_a_division_is_told_which_there_are(
    link: SmallLink, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    link.ledger.conn.execute("update practice set division = null, chain_id = null, division_name = null")
    pasting(monkeypatch, addresses)
    assert f"give --division, one of {link.division.code} " in str(run().exception)
    assert run("--division", str(link.division.code)).exit_code == 0
    assert link.ledger.practices.get(CODE).division_name == link.practice.division_name


def test_without_an_address_to_come_back_to_nothing_is_asked(
    link: SmallLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, link, "")
    assert "--redirect-uri" in str(run().exception)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("https://x/y?error=access_denied&state=s", "access_denied"),
        ("https://x/y?state=s", "no code"),
        (" ", "No code"),
    ],
)
def test_an_answer_without_a_code_is_a_sentence(answer: str, words: str) -> None:
    with pytest.raises(NotReady, match=words):
        connect.code_of(answer, "s")


def test_nobody_who_answers_ends_the_wait() -> None:
    with pytest.raises(NotReady, match="No answer came"):
        connect.listen(f"http://127.0.0.1:{free_port()}/", dt.timedelta(seconds=0.1))

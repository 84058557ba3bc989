"""The pages over a copy of a ledger call Exact for nothing, and say why (FR-L8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from fastapi import Response
from fastapi.testclient import TestClient

from dev.local.places import PLUGINS
from exact_online.environment import ENVIRONMENT_VARIABLE
from exact_online.ledger import Ledger
from exact_online.web.leaving import CONSENT_COOKIE
from exact_online.web.public import public
from tests.link.fixtures import small_place
from tests.link.handed_over import handed_over
from tests.link.small import Place, SmallLink
from tests.web.conftest import OWN
from tests.web.consenting import AGREE, BASE_URL, CALLBACK, at_exact, carried, come_back_as
from tests.web.of_link import ledger

__all__ = ["ledger", "small_place"]

OP = SimpleAuthManagerUser(username="op", role="op")
HERE = "/practices/noorderlicht"
COPIED = "is een kopie of verhuisd; er is niets verstuurd"
CURE = "python -m exact_online move-in"
MAKES_CLIENTS = {
    "hook.py": "client() asks for the ledger's home",
    "api/client.py": "for_division() makes one of one that there is",
    "activation/consent.py": "depart and arrive ask for it",
    "connect.py": "connect_practice asks for it",
}


@pytest.fixture
def link(small_place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallLink]:
    """A practice after a night, beside an Exact that the pages reach."""
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", f"{BASE_URL}/")
    monkeypatch.setenv("AIRFLOW__API__SECRET_KEY", "of the tests alone")
    with handed_over(small_place, monkeypatch) as small:
        small.world.app.redirect_uri = CALLBACK
        small.world.auto_consent = True
        james = small.place.james_dsn.replace("postgresql://", "postgres://")
        monkeypatch.setenv("AIRFLOW_CONN_JAMES_DB", james)
        yield small


@pytest.fixture
def copied(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes the ledger one that was copied to an environment with another name."""
    ledger.home.check()
    return lambda: monkeypatch.setenv(ENVIRONMENT_VARIABLE, "test")


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("POST", f"{HERE}/connect", AGREE),
        ("POST", f"{HERE}/check", {}),
        ("POST", f"{HERE}/activate", {}),
        ("POST", f"{HERE}/workbooks/check", {}),
        ("GET", f"{HERE}/would-it-work?key=factuur:2600001", None),
    ],
)
def test_a_page_calls_exact_for_nothing(
    client: TestClient, sign_in: Callable[[str], None], link: SmallLink, copied: Callable[[], None],
    method: str, path: str, sent: dict[str, str] | None,
) -> None:  # fmt: skip
    """A token that is renewed here would break the link of the original."""
    sign_in("op")
    copied()
    calls, tokens = len(link.world.log), len(link.world.authority.token_answers)
    answer = client.request(method, path, data=sent)
    words = unescape(answer.text)
    assert COPIED in words
    assert CURE in words
    assert answer.status_code == 409
    assert (len(link.world.log), len(link.world.authority.token_answers)) == (calls, tokens)


def test_a_division_is_not_chosen_there(
    client: TestClient, sign_in: Callable[[str], None], link: SmallLink, ledger: Ledger,
    copied: Callable[[], None],
) -> None:  # fmt: skip
    """Its rights would be asked of Exact."""
    sign_in("op")
    assert _come_back(client).status_code == 303
    copied()
    calls = len(link.world.log)
    division = {"division": ledger.practices.get("noorderlicht").division}
    answer = client.post(f"{HERE}/division", data=division)
    assert (answer.status_code, COPIED in unescape(answer.text)) == (409, True)
    assert len(link.world.log) == calls


def _come_back(client: TestClient, then: Callable[[], None] = lambda: None) -> Response:
    """Agree at Exact and come back; `then` happens in between."""
    come_back_as(OP)
    departure = client.post(f"{HERE}/connect", data=AGREE)
    query = at_exact(departure)
    then()
    browser = TestClient(public, follow_redirects=False, raise_server_exceptions=False, headers=OWN)
    browser.cookies.set(CONSENT_COOKIE, carried(departure))
    return browser.get("/consent", params=query)


def test_a_consent_that_comes_back_there_is_not_exchanged(
    client: TestClient, sign_in: Callable[[str], None], link: SmallLink, copied: Callable[[], None]
) -> None:
    """It would end the tokens that the original has of this user."""
    sign_in("op")
    tokens = len(link.world.authority.token_answers)
    answer = _come_back(client, then=copied)
    assert (answer.status_code, COPIED in unescape(answer.text)) == (409, True)
    assert len(link.world.authority.token_answers) == tokens


def test_nobody_else_makes_a_client_of_exact() -> None:
    """Each module that does is among those that ask for the ledger's home before."""
    package = PLUGINS / "exact_online"
    makers = {
        file.relative_to(package).as_posix()
        for file in package.rglob("*.py")
        if re.search(r"(?<!class )\bExactClient\(", file.read_text("utf-8"))
    }
    assert makers == {*MAKES_CLIENTS}

"""The Exact user, the divisions he gave us, and his rights."""

from __future__ import annotations

import pytest
import requests

from exact_online.api import identity
from exact_online.api.budget import Unmetered
from exact_online.api.client import ExactClient
from exact_online.api.consent import JustGranted
from exact_online.api.grants import TokenPair
from exact_online.failures import NotReady
from tests.api.conftest import DIVISION
from tests.api.fake_server import FakeServer, Reply
from tests.api.virtual_clock import VirtualClock

ME = {"UserID": "u1", "FullName": "A. Tester", "CurrentDivision": 99, "LanguageCode": "nl-NL"}


@pytest.fixture
def user(server: FakeServer, session: requests.Session, clock: VirtualClock) -> ExactClient:
    """Calls of a user who has just given consent."""
    server.on("GET", "/api/v1/current/Me", Reply(body={"d": {"results": [ME]}}))
    return ExactClient(
        session, server.url, None, JustGranted(TokenPair("access", "refresh")), Unmetered(), clock
    )


def test_exact_says_who_the_user_is(user: ExactClient) -> None:
    assert identity.me(user) == identity.ExactUser("u1", "A. Tester", 99, "nl-NL")


def test_the_divisions_of_the_consent_are_listed_without_the_archived(
    server: FakeServer, user: ExactClient
) -> None:
    found = [
        {"Code": 4711, "Description": "Praktijk Een", "Hid": "12", "CustomerName": "Kantoor", "Status": 1},
        {"Code": 4712, "Description": "Oud", "Hid": "13", "CustomerName": "Kantoor", "Status": 2},
    ]
    server.on("GET", "/api/v1/99/system/Divisions", Reply(body={"d": {"results": found}}))
    assert identity.divisions(user) == [identity.Division(4711, "Praktijk Een", "12", "Kantoor")]


def test_a_division_outside_the_consent_is_looked_for_through_the_users_last(
    server: FakeServer, user: ExactClient
) -> None:
    """M6: the consent was changed; the list says that ours is not among them."""
    server.on("GET", f"/api/v1/{DIVISION}/system/Divisions", Reply(403))
    server.on("GET", "/api/v1/99/system/Divisions", Reply(body={"d": [{"Code": "4711", "Status": "1"}]}))
    found = identity.divisions(user.for_division(DIVISION))
    assert [division.code for division in found] == [4711]


@pytest.mark.parametrize("current", [99, None], ids=["outside the consent", "none"])
def test_a_current_division_outside_the_consent_is_a_sentence(
    server: FakeServer, user: ExactClient, current: int | None
) -> None:
    """M6: `Me.CurrentDivision` is where the user looked last, whatever he gave us."""
    server.on("GET", "/api/v1/current/Me", Reply(body={"d": [{**ME, "CurrentDivision": current}]}))
    server.on("GET", "/api/v1/99/system/Divisions", Reply(403))
    with pytest.raises(NotReady, match=r"division (99|\(none\)): the consent does not cover it"):
        identity.divisions(user)


def test_another_server_may_list_them_elsewhere(server: FakeServer, user: ExactClient) -> None:
    server.on(
        "GET",
        "/api/v1/99/hrm/Divisions",
        Reply(body={"d": {"results": [{"Code": 4711, "Description": "Een"}]}}),
    )
    assert [division.code for division in identity.divisions(user)] == [4711]


@pytest.mark.parametrize(
    ("reply", "has"),
    [
        (Reply(body={"d": {"UserHasRights": True}}), True),
        (Reply(body={"d": False}), False),
        (Reply(body={"d": {"results": []}}), None),
        (Reply(404), None),
    ],
)
def test_a_right_is_there_or_not_or_not_known(
    server: FakeServer, client: ExactClient, reply: Reply, has: bool | None
) -> None:
    """M7."""
    server.on("GET", f"/api/v1/{DIVISION}/users/UserHasRights", reply)
    assert identity.rights(client, [("salesentry/SalesEntries", "POST")]) == {
        ("salesentry/SalesEntries", "POST"): has
    }
    assert server.asked[0].query == {"endpoint": "'salesentry/SalesEntries'", "action": "'POST'"}

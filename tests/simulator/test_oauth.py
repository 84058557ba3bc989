"""Codes, tokens, rotation and rights (facts 2.1 to 2.15 and 6.4)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from simulator import World, running
from simulator.people import User
from tests.simulator.books import Client, Reply


def ask(exact: Client, **form: str) -> Reply:
    app = exact.world.app
    body = urlencode({"client_id": app.client_id, "client_secret": app.client_secret, **form}).encode()
    return exact.call("POST", "/api/oauth2/token", body, content_type="application/x-www-form-urlencoded")


def by_code(exact: Client, code: str, /, **form: str) -> Reply:
    return ask(
        exact,
        **{
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": exact.world.app.redirect_uri,
            **form,
        },
    )


def refresh(exact: Client, token: str) -> Reply:
    return ask(exact, grant_type="refresh_token", refresh_token=token)


@pytest.fixture
def tokens(exact: Client) -> dict[str, Any]:
    return dict(by_code(exact, exact.world.consent()).json())


def test_a_code_gives_tokens_with_their_age_as_text(tokens: dict[str, Any]) -> None:
    """Fact 2.5."""
    assert tokens.keys() == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert (tokens["expires_in"], tokens["token_type"]) == ("600", "bearer")


def test_a_code_works_once_and_for_three_minutes(exact: Client) -> None:
    """Fact 2.3."""
    code, late = exact.world.consent(), exact.world.consent()
    assert by_code(exact, code).status == 200
    assert (by_code(exact, code).status, by_code(exact, code).json()) == (400, {"error": "invalid_request"})
    exact.world.clock.advance(seconds=181)
    assert by_code(exact, late).status == 400


@pytest.mark.parametrize(
    "wrong", [{"client_id": "x"}, {"client_secret": "x"}, {"redirect_uri": "https://x"}, {"code": "x"}]
)
def test_wrong_credentials_are_an_invalid_request(exact: Client, wrong: dict[str, str]) -> None:
    """Fact 2.13."""
    reply = by_code(exact, exact.world.consent(), **wrong)
    assert (reply.status, reply.json()) == (400, {"error": "invalid_request"})


def test_an_access_token_lives_600_seconds(exact: Client, tokens: dict[str, Any]) -> None:
    """Facts 2.6 and 2.14."""
    exact.token = tokens["access_token"]
    exact.world.clock.advance(seconds=599)
    assert exact.get("/api/v1/current/Me").status == 200
    exact.world.clock.advance(seconds=1)
    reply = exact.get("/api/v1/current/Me")
    assert (reply.status, reply.headers["Reason"], reply.body) == (401, "Authentication Required", b"")


def test_a_refresh_within_570_seconds_is_too_early(exact: Client, tokens: dict[str, Any]) -> None:
    """Facts 2.9 and 2.10."""
    exact.world.clock.advance(seconds=569)
    reply = refresh(exact, tokens["refresh_token"])
    assert reply.status == 400
    assert reply.json() == {
        "error": "access_denied",
        "error_description": "Rate limit exceeded: access_token not expired",
    }
    assert reply.headers["Reason"] == "TooEarlyToRefreshTokens: Rate limit exceeded: access_token not expired"
    exact.world.clock.advance(seconds=1)
    assert refresh(exact, tokens["refresh_token"]).status == 200


def test_a_spent_refresh_token_is_rejected(exact: Client, tokens: dict[str, Any]) -> None:
    """Facts 2.7 and 2.11."""
    exact.world.clock.advance(seconds=600)
    newest = refresh(exact, tokens["refresh_token"]).json()["refresh_token"]
    reply = refresh(exact, tokens["refresh_token"])
    assert (reply.status, reply.json()) == (
        401,
        {"error": "unauthorized_client", "error_description": "Old refresh token used."},
    )
    exact.world.clock.advance(seconds=600)
    assert refresh(exact, newest).status == 200


def test_the_previous_token_can_live_until_the_new_one_is_used(exact: Client, tokens: dict[str, Any]) -> None:
    """Fact 2.7, the other half."""
    exact.world.switches.set("old_refresh_token", "dies_on_first_use_of_the_new")
    exact.world.clock.advance(seconds=600)
    refresh(exact, tokens["refresh_token"])
    exact.world.clock.advance(seconds=600)
    second = refresh(exact, tokens["refresh_token"]).json()["refresh_token"]
    exact.world.clock.advance(seconds=600)
    assert refresh(exact, second).status == 200
    exact.world.clock.advance(seconds=600)
    assert refresh(exact, tokens["refresh_token"]).status == 401


def test_a_refresh_token_dies_after_30_days(exact: Client, tokens: dict[str, Any]) -> None:
    """Facts 2.8 and 2.12, with the American date."""
    exact.world.clock.advance(days=31)
    reply = refresh(exact, tokens["refresh_token"])
    assert reply.status == 400
    assert (
        reply.json()["error_description"]
        == "The refresh token expired at 4/9/2026 2:00:00 AM and it is now 4/10/2026 2:00:00 AM."
    )


def test_a_new_consent_kills_the_older_chain(exact: Client, tokens: dict[str, Any]) -> None:
    """Fact 2.7."""
    exact.world.tokens()
    exact.world.clock.advance(seconds=600)
    assert refresh(exact, tokens["refresh_token"]).json()["error_description"] == "Old refresh token used."


def test_consent_is_for_the_chosen_divisions_only(exact: Client) -> None:
    """Fact 2.2."""
    mine, other = sorted(exact.world.divisions)
    exact.token = exact.world.tokens(divisions={mine})["access_token"]
    assert [row["Code"] for row in exact.get("system/Divisions").results] == [mine]
    reply = exact.get(f"/api/v1/{other}/vat/VATCodes")
    assert (reply.status, reply.headers["Reason"]) == (403, "NoDivisionAccess")
    assert {row["Code"] for row in exact.get("system/AllDivisions").results} == {mine, other}


def test_a_user_with_view_rights_reads_and_does_not_write(exact: Client) -> None:
    """M7."""
    user = exact.world.add_user(User("viewer", "Vera Viewer", {exact.division.code}, view_only=True))
    exact.token = exact.world.tokens(user)["access_token"]
    assert exact.get("vat/VATCodes").status == 200
    assert (
        exact.post("crm/Accounts", {"Name": "A"}).status,
        exact.post("crm/Accounts", {"Name": "A"}).text,
    ) == (403, "Forbidden")
    ask_rights = "users/UserHasRights?endpoint='salesentry/SalesEntries'&action='{}'"
    assert exact.call("GET", ask_rights.format("POST")).d == {"UserHasRights": False}
    assert exact.call("GET", ask_rights.format("GET")).d == {"UserHasRights": True}


@pytest.mark.parametrize("reason", ["BlockedUser", "InactiveUser"])
def test_a_blocked_user_is_forbidden(exact: Client, reason: str) -> None:
    exact.world.user.denied_with = reason
    reply = exact.get("/api/v1/current/Me")
    assert (reply.status, reply.headers["Reason"], reply.text) == (403, reason, "Forbidden")


def test_a_scope_of_the_app_can_be_missing(exact: Client) -> None:
    exact.world.app.unreadable_scopes.add("Financial accounting")
    assert exact.get("vat/VATCodes").text == (
        "Application Scope Violated. Cannot read 'Financial accounting' scope."
    )
    assert exact.get("financial/Journals").status == 200


def test_me_has_no_division_of_its_own(exact: Client) -> None:
    """Facts 1.1 and 4.1."""
    me = exact.get("/api/v1/current/Me", select="CurrentDivision,FullName,ServerUtcOffset").results[0]
    assert (me["CurrentDivision"], me["FullName"], me["ServerUtcOffset"]) == (
        exact.division.code,
        "Anna Accountant",
        3600.0,
    )


# The consent page -----------------------------------------------------------------------------


@pytest.fixture
def asked(world: World) -> dict[str, str]:
    return {
        "client_id": world.app.client_id,
        "redirect_uri": world.app.redirect_uri,
        "response_type": "code",
        "state": "s&t",
    }


def test_the_browser_comes_back_with_a_code_and_the_state(
    world: World, exact: Client, asked: dict[str, str]
) -> None:
    with running(world) as url:
        page = requests.get(f"{url}/api/oauth2/auth", params=asked, timeout=10)
        form = {**asked, "user": world.user.id, "division": str(exact.division.code)}
        back = requests.post(f"{url}/api/oauth2/auth", data=form, allow_redirects=False, timeout=10)
    assert "Fysiotherapie Noorderlicht" in page.text
    address = urlsplit(back.headers["location"])
    given = parse_qs(address.query)
    assert (address.scheme, address.netloc, given["state"]) == ("https", "localhost", ["s&t"])
    exact.token = by_code(exact, given["code"][0]).json()["access_token"]
    assert len(exact.get("system/Divisions").results) == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"redirect_uri": "http://localhost/exact-online/callback"}, 401),
        ({"redirect_uri": "https://elsewhere.invalid/"}, 401),
        ({"client_id": "x"}, 400),
        ({"response_type": "token"}, 400),
    ],
)
def test_a_wrong_question_is_rejected(
    world: World, asked: dict[str, str], change: dict[str, str], status: int
) -> None:
    """Facts 2.1 and 2.3."""
    with running(world) as url:
        assert requests.get(f"{url}/api/oauth2/auth", params=asked | change, timeout=10).status_code == status


def test_with_auto_consent_the_browser_comes_back_at_once(world: World, asked: dict[str, str]) -> None:
    world.auto_consent = True
    with running(world) as url:
        back = requests.get(f"{url}/api/oauth2/auth", params=asked, allow_redirects=False, timeout=10)
    assert back.headers["location"].startswith("https://localhost/exact-online/callback?code=")


def test_a_user_has_200_token_calls_a_day_and_what_is_rejected_counts(exact: Client) -> None:
    """No fact: the harder guess."""
    exact.world.limits.token_calls_per_day = 200
    other = exact.world.add_user(User("other", "Otto Other", {exact.division.code}))
    mine, his = (
        by_code(exact, exact.world.consent(user)).json()["refresh_token"]
        for user in (exact.world.user, other)
    )
    assert {refresh(exact, mine).status for _ in range(199)} == {400}
    exact.world.clock.advance(seconds=600)
    reply = refresh(exact, mine)
    assert (reply.status, reply.body, set(reply.headers) & {"Retry-After", "X-RateLimit-Limit"}) == (
        429,
        b"",
        set(),
    )
    assert refresh(exact, his).status == 200
    exact.world.clock.advance(days=1)
    assert refresh(exact, mine).status == 200

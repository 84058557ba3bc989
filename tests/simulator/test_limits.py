"""Calls a minute, calls a day, errors an hour (facts 3.1 to 3.9)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.simulator.books import Client, new_world

DAILY = {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"}
MINUTELY = {"x-ratelimit-minutely-limit", "x-ratelimit-minutely-remaining", "x-ratelimit-minutely-reset"}


@pytest.fixture
def exact() -> Client:
    return Client(new_world())


def limits(headers: Mapping[str, str]) -> set[str]:
    return {name for name in headers if name.startswith("x-ratelimit")}


def read(exact: Client, times: int = 1) -> tuple[int, Mapping[str, str]]:
    for _ in range(times):
        reply = exact.get("vat/VATCodes", top="1")
    return reply.status, reply.headers


def test_both_families_count_down_and_reset_in_milliseconds(exact: Client) -> None:
    """Facts 3.2 and 3.3."""
    _, headers = read(exact, 2)
    assert limits(headers) == DAILY | MINUTELY
    assert (headers["X-RateLimit-Remaining"], headers["X-RateLimit-Minutely-Remaining"]) == ("4998", "58")
    assert headers["X-RateLimit-Minutely-Reset"] == str(int(exact.world.clock.seconds() // 60 + 1) * 60_000)
    assert headers["X-RateLimit-Reset"] == "1773187200000"


def test_the_61st_call_of_a_clock_minute_is_rejected_without_the_daily_headers(exact: Client) -> None:
    """Facts 3.1, 3.4 and 3.5."""
    assert read(exact, 60)[0] == 200
    reply = exact.get("vat/VATCodes")
    assert (reply.status, reply.body, limits(reply.headers)) == (429, b"", MINUTELY)
    assert "Retry-After" not in reply.headers
    exact.world.clock.advance(minutes=1)
    assert read(exact)[0] == 200


def test_the_day_ends_at_midnight_utc_and_its_rejection_has_no_minutely_headers(exact: Client) -> None:
    exact.world.limits.use_up(exact.world.app.client_id, exact.division.code, left_today=1)
    assert read(exact)[0] == 200
    status, headers = read(exact)
    assert (status, limits(headers)) == (429, DAILY)
    exact.world.clock.advance(hours=22)
    exact.token = exact.world.tokens()["access_token"]
    assert read(exact)[0] == 200


def test_a_retry_after_can_be_sent(exact: Client) -> None:
    exact.world.switches.set("retry_after", "sent")
    read(exact, 60)
    assert exact.get("vat/VATCodes").headers["Retry-After"] == "61"


def test_divisions_have_windows_of_their_own(exact: Client) -> None:
    other = Client(exact.world, "zuiderlicht")
    read(exact, 61)
    assert read(other)[0] == 200


def test_me_and_the_question_for_rights_are_not_billed(exact: Client) -> None:
    """Facts 3.6 and 4.18."""
    for _ in range(61):
        assert limits(exact.get("/api/v1/current/Me").headers) == set()
        assert exact.call("GET", "users/UserHasRights?endpoint='crm/Accounts'&action='GET'").status == 200
    assert read(exact)[0] == 200


def test_after_more_than_ten_errors_an_endpoint_is_blocked_for_an_hour(exact: Client) -> None:
    """Facts 3.8 and 3.9."""
    statuses = [exact.get("vat/VATCodes", filter="nope").status for _ in range(12)]
    assert statuses == [400] * 11 + [429]
    assert limits(exact.get("vat/VATCodes").headers) == set()
    assert exact.get("financial/Journals").status == 200
    exact.world.clock.advance(hours=1)
    exact.token = exact.world.tokens()["access_token"]
    assert exact.get("vat/VATCodes").status == 200


def test_a_rejection_of_content_does_not_count_as_an_error(exact: Client) -> None:
    """Fact 3.8: 500 is not counted."""
    assert [exact.post("crm/Accounts", {}).status for _ in range(15)] == [500] * 15


def test_an_expired_token_counts_as_an_error_of_its_user(exact: Client) -> None:
    exact.world.clock.advance(seconds=601)
    for _ in range(11):
        assert exact.get("vat/VATCodes").status == 401
    exact.token = exact.world.tokens()["access_token"]
    assert exact.get("vat/VATCodes").status == 429

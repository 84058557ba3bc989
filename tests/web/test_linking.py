"""A practice is linked with Exact by somebody with a login: consent, division, rights (M6, M7)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.api_fastapi.core_api.security import USER_INJECTED_BY_TRUSTED_MIDDLEWARE
from fastapi import Request
from fastapi.testclient import TestClient

from exact_online.ledger import EventKind, Ledger
from exact_online.web.leaving import CONSENT_COOKIE
from exact_online.web.public_access import airflow_user
from simulator.people import User
from simulator.world import World
from tests.ledger_cases import register
from tests.web.consenting import AGREE, CALLBACK, at_exact, carried, come_back, come_back_as, only_user, world

__all__ = ["world"]

OP = SimpleAuthManagerUser(username="op", role="op")
SOMEBODY_ELSE = SimpleAuthManagerUser(username="another", role="admin")


@pytest.fixture(autouse=True)
def _signed_in(sign_in: Callable[[str], None], world: World, ledger: Ledger) -> None:
    sign_in("op")
    come_back_as(OP)
    register(ledger, "noorderlicht")


def test_a_division_is_chosen_by_name_and_the_link_is_made(
    client: TestClient, public_client: TestClient, ledger: Ledger, world: World
) -> None:
    """M6, in few calls: who it is, the divisions, and his rights."""
    wanted = world.division("noorderlicht")
    page = client.get("/practices/noorderlicht/link")
    origin = f"form-action 'self' http://127.0.0.1:{urlsplit(_exact(client)).port}"
    assert origin in page.headers["content-security-policy"]
    back = come_back(public_client, client.post("/practices/noorderlicht/connect", data=AGREE))
    assert back.headers["location"] == "/exact-online/practices/noorderlicht/link"
    page = client.get("/practices/noorderlicht/link").text
    assert f'value="{wanted.code}"' in page
    assert wanted.name in page
    assert ledger.practices.get("noorderlicht").division is None
    answer = client.post("/practices/noorderlicht/division", data={"division": wanted.code})
    assert answer.headers["location"].endswith("link?outcome=linked")
    assert ledger.practices.get("noorderlicht").division == wanted.code
    assert "De koppeling met Exact is gemaakt." in client.get("/practices/noorderlicht/link").text
    noted = [(event.event, event.who) for event in ledger.events.latest("noorderlicht")]
    assert noted == [(EventKind.DIVISION_CHOSEN, "op"), (EventKind.CONSENT_GIVEN, "op")]
    counted = [call for call in world.log if "UserHasRights" not in call.path]
    assert len(counted) <= 4
    assert len(world.log) <= 15


def _exact(client: TestClient) -> str:
    return str(client.post("/practices/noorderlicht/connect", data=AGREE).headers["location"])


def test_without_the_tick_nobody_leaves_and_with_it_the_text_is_kept_first(
    client: TestClient, ledger: Ledger
) -> None:
    answer = client.post("/practices/noorderlicht/connect", data={})
    assert answer.status_code == 422
    assert "Vink aan dat u akkoord gaat" in answer.text
    kept = "select who, agreed_text from exact_sync.privacy_consent"
    assert ledger.conn.execute(kept).fetchall() == []
    departure = client.post("/practices/noorderlicht/connect", data=AGREE)
    (row,) = ledger.conn.execute(kept).fetchall()
    assert row["who"] == "op"
    assert "IBAN" in row["agreed_text"]
    asked = parse_qs(urlsplit(departure.headers["location"]).query)
    assert asked["redirect_uri"] == [CALLBACK], "of [api] base_url, prefix kept"


def test_a_host_that_a_request_names_is_not_taken(client: TestClient) -> None:
    departure = client.post(
        "/practices/noorderlicht/connect",
        data=AGREE,
        headers={"host": "evil.example", "x-forwarded-host": "e.v"},
    )
    assert parse_qs(urlsplit(departure.headers["location"]).query)["redirect_uri"] == [CALLBACK]


def test_the_ledger_holds_neither_state_nor_secret(client: TestClient, ledger: Ledger) -> None:
    departure = client.post("/practices/noorderlicht/connect", data=AGREE)
    state = parse_qs(urlsplit(departure.headers["location"]).query)["state"][0]
    rows = str(ledger.conn.execute("select * from exact_sync.consent_request").fetchall())
    assert len(state) > 30
    assert state not in rows
    assert carried(departure) not in rows


@pytest.mark.parametrize("wrong", ["other browser", "other user", "nobody", "used", "old", "other state"])
def test_a_consent_comes_back_once_in_time_in_its_browser_as_its_user(
    client: TestClient, public_client: TestClient, ledger: Ledger, world: World, wrong: str
) -> None:
    departure = client.post("/practices/noorderlicht/connect", data=AGREE)
    query = at_exact(departure)
    public_client.cookies.set(CONSENT_COOKIE, carried(departure))
    match wrong:
        case "other browser":
            public_client.cookies.set(CONSENT_COOKIE, "x" * 43)
        case "other user":
            come_back_as(SOMEBODY_ELSE)
        case "nobody":
            come_back_as(None)
        case "used":
            assert public_client.get("/consent", params=query).status_code == 303
        case "old":
            ledger.conn.execute("update exact_sync.consent_request set expires_at = clock_timestamp()")
        case "other state":
            query["state"] = "y" * 43
    tokens = len(world.authority.token_answers)
    answer = public_client.get("/consent", params=query)
    assert answer.status_code == 403
    assert "Deze toestemming kan niet worden gebruikt" in answer.text
    assert len(world.authority.token_answers) == tokens, "its code is not exchanged"


def test_who_comes_back_is_who_the_login_of_the_auth_manager_made_out() -> None:
    """That of Keycloak needs cookies of its own: by Airflow's cookie alone it knows nobody."""
    known = {"user": OP, "user_authenticated_via": USER_INJECTED_BY_TRUSTED_MIDDLEWARE}
    made_up = {"user": OP}
    with ThreadPoolExecutor(1) as thread:  # a browser test leaves a loop in this one
        found = [
            thread.submit(asyncio.run, airflow_user(Request({"type": "http", "headers": [], "state": state})))
            for state in (known, made_up, {})
        ]
    assert [each.result() for each in found] == [OP, None, None]


def test_a_stranger_who_tries_does_not_spoil_the_consent(
    client: TestClient, public_client: TestClient
) -> None:
    departure = client.post("/practices/noorderlicht/connect", data=AGREE)
    query = at_exact(departure)
    assert public_client.get("/consent", params=query).status_code == 403
    public_client.cookies.set(CONSENT_COOKIE, carried(departure))
    assert public_client.get("/consent", params=query).status_code == 303


def test_who_says_no_at_exact_reads_what_to_do(client: TestClient, public_client: TestClient) -> None:
    departure = client.post("/practices/noorderlicht/connect", data=AGREE)
    public_client.cookies.set(CONSENT_COOKIE, carried(departure))
    state = parse_qs(urlsplit(departure.headers["location"]).query)["state"][0]
    answer = public_client.get("/consent", params={"state": state, "error": "access_denied"})
    assert answer.status_code == 400
    assert "Exact gaf geen toestemming." in answer.text


def test_a_user_who_may_only_view_is_told_at_once(
    client: TestClient, public_client: TestClient, ledger: Ledger, world: World
) -> None:
    """M7."""
    world.user.view_only = True
    come_back(public_client, client.post("/practices/noorderlicht/connect", data=AGREE))
    code = world.division("noorderlicht").code
    answer = client.post("/practices/noorderlicht/division", data={"division": code})
    assert "mag inzien, maar niet boeken" in client.get(answer.headers["location"]).text
    assert ledger.practices.get("noorderlicht").division is None


def test_a_division_of_another_practice_is_shown_as_taken(
    client: TestClient, public_client: TestClient, ledger: Ledger, world: World
) -> None:
    taken = world.division("zuidas_fysio" if "zuidas_fysio" in _codes(world) else _codes(world)[1])
    register(ledger, "zuid", taken.code)
    come_back(public_client, client.post("/practices/noorderlicht/connect", data=AGREE))
    page = client.get("/practices/noorderlicht/link").text
    assert f'value="{taken.code}" required disabled' in page
    assert "in gebruik bij Praktijk zuid" in page
    answer = client.post("/practices/noorderlicht/division", data={"division": taken.code})
    assert answer.headers["location"].endswith("outcome=taken")
    assert ledger.practices.get("noorderlicht").division is None


def _codes(world: World) -> list[str]:
    return [division.practice for division in world.divisions.values()]


def test_a_division_outside_the_consent_can_not_be_posted(
    client: TestClient, public_client: TestClient, ledger: Ledger, world: World
) -> None:
    come_back(public_client, client.post("/practices/noorderlicht/connect", data=AGREE))
    answer = client.post("/practices/noorderlicht/division", data={"division": "999"})
    assert answer.headers["location"].endswith("outcome=not_covered")
    assert client.post("/practices/noorderlicht/division", data={"division": "x"}).status_code == 200
    assert ledger.practices.get("noorderlicht").division is None


def test_who_authenticates_again_keeps_division_and_settings(
    client: TestClient, public_client: TestClient, ledger: Ledger, world: World
) -> None:
    """B5: also by another user of Exact, whose rights are asked too."""
    own = world.division("noorderlicht").code
    come_back(public_client, client.post("/practices/noorderlicht/connect", data=AGREE))
    client.post("/practices/noorderlicht/division", data={"division": own})
    before = ledger.practices.get("noorderlicht")
    another = world.add_user(User("b.vries", "B. de Vries", {own}))
    only_user(world, another)
    back = come_back(public_client, client.post("/practices/noorderlicht/connect", data=AGREE))
    assert back.headers["location"].endswith("link?outcome=linked")
    after = ledger.practices.get("noorderlicht")
    assert (after.division, after.link_date) == (own, before.link_date)
    assert after.chain_id != before.chain_id
    another.view_only = True
    back = come_back(public_client, client.post("/practices/noorderlicht/connect", data=AGREE))
    assert back.headers["location"].endswith("link?outcome=view_only")


def test_a_consent_without_the_practices_division_says_so(
    client: TestClient, public_client: TestClient, ledger: Ledger, world: World
) -> None:
    first, second, *_ = _codes(world)
    register(ledger, "oost", world.division(first).code)
    world.user.divisions = {world.division(second).code}
    world.user.current_division = world.division(second).code
    back = come_back(public_client, client.post("/practices/oost/connect", data=AGREE))
    assert back.headers["location"].endswith("link?outcome=not_covered")
    assert ledger.practices.get("oost").division == world.division(first).code


def test_from_the_frame_back_into_the_frame(client: TestClient, public_client: TestClient) -> None:
    page = client.get("/practices/noorderlicht/link", headers={"sec-fetch-dest": "iframe"}).text
    assert 'name="framed" value="yes"' in page
    departure = client.post("/practices/noorderlicht/connect", data={**AGREE, "framed": "yes"})
    back = come_back(public_client, departure)
    assert back.headers["location"] == ("/plugin/exact-online/exact-online/practices/noorderlicht/link")


def test_who_may_only_look_sees_the_link_and_no_way_to_make_one(
    client: TestClient, sign_in: Callable[[str], None], ledger: Ledger
) -> None:
    person = {"person": "A. Boekhouder", "mail_address": "a@kantoor.example"}
    client.post("/practices/noorderlicht/links", data=person)
    sign_in("viewer")
    page = client.get("/practices/noorderlicht/link")
    assert page.status_code == 200
    assert "<form" not in page.text
    assert "kantoor.example" not in page.text


def test_a_connection_that_is_not_defined_is_said(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_EXACT_ONLINE")
    answer = client.get("/practices/noorderlicht/link")
    assert answer.status_code == 409
    assert "Verbinding exact_online is niet gedefinieerd" in answer.text

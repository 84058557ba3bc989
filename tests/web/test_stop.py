"""A customer who stops in Exact's App Center ends the links of his own user, and of nobody else."""

from __future__ import annotations

import pytest
from fastapi import Response
from fastapi.testclient import TestClient

from exact_online.ledger import EventKind, Ledger
from exact_online.web.public_routes.stop import STOP_COOKIE
from simulator.people import User
from simulator.world import World
from tests.ledger_cases import register
from tests.web.consenting import carried, come_back, only_user, world

__all__ = ["world"]

ADDRESS = {"Country": "NL", "Language": "NL"}


@pytest.fixture(autouse=True)
def linked(world: World, ledger: Ledger) -> None:
    """Two practices of the first user of Exact, one of them off, and one of another user."""
    for code, user in (("noord", world.user), ("west", world.user), ("zuid", _other(world))):
        register(ledger, code)
        chain = ledger.conn.execute(
            "insert into exact_sync.token_chain (client_id, exact_user_id, exact_user_name, access_token,"
            " refresh_token, issued_at) values (%s, %s, %s, '', '', now())"
            " on conflict (client_id, exact_user_id) do update set access_token = ''"
            " returning chain_id::text",
            [world.app.client_id, user.id, user.full_name],
        ).fetchone()
        assert chain is not None
        ledger.practices.link(
            code, chain["chain_id"], 100 + len(code) + ord(code[0]), f"Administratie {code}"
        )
    ledger.activation.switch("west", active=False)
    ledger.conn.execute("update exact_sync.token_chain set state = 'reconnect_needed'")


def _other(world: World) -> User:
    known = [user for user in world.users.values() if user.user_name == "other"]
    return known[0] if known else world.add_user(User("other", "O. Ther", set(world.divisions)))


def _signed_in(public_client: TestClient) -> Response:
    back = come_back(public_client, public_client.post("/stop"))
    assert back.headers["location"] == "/stop/practices"
    public_client.cookies.set(STOP_COOKIE, carried(back, STOP_COOKIE))
    return public_client.get("/stop/practices")


def test_he_signs_in_sees_his_practices_and_ends_all(
    public_client: TestClient, ledger: Ledger, world: World
) -> None:
    """Also of a link that is dead, and of a practice that is off."""
    page = public_client.get("/stop", params={**ADDRESS, "UserId": world.user.id})
    assert "Log eerst in bij Exact" in page.text
    named = _signed_in(public_client).text
    assert "Praktijk noord" in named
    assert "Praktijk west" in named
    assert "Praktijk zuid" not in named
    answer = public_client.post("/stop/practices")
    assert "zijn niet meer gekoppeld" in public_client.get(answer.headers["location"]).text
    ended, other = ledger.practices.get("noord"), ledger.practices.get("zuid")
    assert (ended.active, ended.chain_id, ended.division_name) == (False, None, "Administratie noord")
    assert (other.active, other.chain_id is None) == (True, False)
    assert ledger.events.latest("west")[0].event == EventKind.DISCONNECTED
    chains = ledger.conn.execute("select exact_user_name from exact_sync.token_chain").fetchall()
    assert [row["exact_user_name"] for row in chains] == ["O. Ther"], "his tokens are deleted"


def test_who_knows_a_user_id_sees_and_ends_nothing(
    public_client: TestClient, ledger: Ledger, world: World
) -> None:
    asked = {**ADDRESS, "UserId": world.user.id}
    assert "Praktijk" not in public_client.get("/stop", params=asked).text
    public_client.cookies.set(STOP_COOKIE, str(ledger.practices.get("noord").chain_id))
    assert public_client.get("/stop/practices", params=asked).status_code == 403
    assert public_client.post("/stop/practices", params=asked, data=asked).status_code == 403
    public_client.cookies.clear()
    only_user(world, _other(world))
    assert "Praktijk noord" not in _signed_in(public_client).text
    public_client.post("/stop/practices")
    assert ledger.practices.get("noord").chain_id is not None


def test_who_signs_in_and_goes_away_is_linked_as_before(public_client: TestClient, ledger: Ledger) -> None:
    """His signing in ended the older tokens; the new ones are kept."""
    _signed_in(public_client)
    state = ledger.activation.state("noord")
    assert state is not None
    assert (state.is_linked, state.link_state) == (True, "live")


def test_a_user_without_a_practice_leaves_nothing_behind(
    public_client: TestClient, ledger: Ledger, world: World
) -> None:
    only_user(world, world.add_user(User("new", "N. Ieuw", set(world.divisions))))
    assert "Er is niets te stoppen." in _signed_in(public_client).text
    names = ledger.conn.execute("select exact_user_name as name from exact_sync.token_chain").fetchall()
    assert "N. Ieuw" not in [row["name"] for row in names]

"""The admin API keeps what its own OpenAPI promises, whatever is sent (Schemathesis)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings

from simulator import World, running
from simulator.pages import create_pages
from tests.simulator.books import Client, new_world

WORLD = new_world()
SCHEMA = schemathesis.openapi.from_asgi(
    "/simulator/openapi.json", create_pages(WORLD), headers={"Host": "127.0.0.1"}
)


@SCHEMA.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_operation_keeps_its_promise(case: schemathesis.Case) -> None:
    case.call_and_validate(headers={"Host": "127.0.0.1"})


class Admin:
    def __init__(self, url: str) -> None:
        self.url = f"{url}/simulator/api/"

    def __getattr__(self, method: str) -> Callable[..., requests.Response]:
        return lambda path, **more: requests.request(method, self.url + path, timeout=10, **more)


@pytest.fixture
def admin(world: World) -> Iterator[Admin]:
    with running(world) as url:
        yield Admin(url)


def test_the_clock_moves(world: World, admin: Admin) -> None:
    before = world.clock.seconds()
    assert admin.post("clock", json={"days": 1}).json()["frozen"] is True
    assert world.clock.seconds() == before + 86_400
    assert admin.post("clock", json={"at": "2026-01-01T00:00:00+01:00", "frozen": False}).status_code == 200
    assert abs(world.clock.seconds() - 1767222000) < 60
    assert (
        admin.post("clock", json={"at": "2026-01-01T00:00:00"})
        .json()["detail"]
        .startswith("The time has no time zone")
    )
    assert admin.post("clock", json={"at": 1767222000}).status_code == 422, "the schema says text"


def test_a_fault_is_planned_and_taken_away(admin: Admin, exact: Client) -> None:
    fault = admin.post(
        "faults", json={"kind": "status", "endpoint": "vat/VATCodes", "settings": {"status": 503}}
    ).json()
    assert exact.get("vat/VATCodes").status == 503
    assert admin.get("faults").json()["plan"][0]["hits"] == 1
    assert admin.delete(f"faults/{fault['id']}").status_code == 204
    assert admin.delete(f"faults/{fault['id']}").status_code == 404
    assert admin.post("faults", json={"kind": "explode"}).status_code == 409


def test_periods_relations_and_entries_change_by_hand(admin: Admin, exact: Client) -> None:
    code, entry = exact.division.code, exact.book()
    assert (
        admin.put(f"divisions/{code}/entries/{entry['EntryID']}", json={"act": "process"}).status_code == 200
    )
    assert exact.get(f"salesentry/SalesEntries(guid'{entry['EntryID']}')").d["Status"] == 50
    assert admin.put(f"divisions/{code}/relations/1", json={"act": "block"}).status_code == 200
    assert exact.rejection() == "Geblokkeerd: Klant"
    assert admin.put(f"divisions/{code}/relations/404", json={"act": "block"}).status_code == 404
    assert admin.put(f"divisions/{code}/periods", json={"year": 2026, "period": 3}).json()["closed"] == [
        {"journal": "*", "year": 2026, "period": 3}
    ]
    assert admin.put(f"divisions/{code}/years/2027").json()["years"] == [2025, 2026, 2027]


def test_the_audit_comes_as_json(admin: Admin, exact: Client) -> None:
    exact.book(exact.line(100.0, "2"), YourRef="26001")
    found = admin.get(f"divisions/{exact.division.code}/audit").json()
    assert found["entries_per_reference"] == {"26001": 1}
    assert found["totals_per_vat_code"] == [
        {"vat_code": "2", "year": 2026, "period": 3, "base_cents": 10000, "vat_cents": 2100}
    ]
    assert (found["trial_balance_cents"], found["unbalanced"], found["touched"]) == (0, [], [])


def test_users_come_and_lose_their_rights(admin: Admin, exact: Client) -> None:
    user = admin.post(
        "users",
        json={
            "user_name": "vera",
            "full_name": "Vera Viewer",
            "divisions": [exact.division.code],
            "view_only": True,
        },
    ).json()
    assert exact.world.users[user["id"]].view_only
    assert admin.delete(f"users/{exact.world.user.id}/consent").status_code == 204
    assert exact.get("vat/VATCodes").status == 401


def test_calls_are_logged_without_bodies(world: World, exact: Client) -> None:
    exact.post("crm/Accounts", {"Name": "Geheime Naam"})
    with running(world) as url:
        log = requests.get(f"{url}/simulator/api/calls", timeout=10)
    assert log.json()[-1]["endpoint"] == "crm/Accounts"
    assert "Geheime" not in log.text

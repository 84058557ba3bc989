"""Faults: how they are addressed, and what each does to the wire and to the books."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator

import pytest
import requests

from simulator import World, running
from simulator.faults import KINDS
from simulator.injection import _KINDS as CARRIED_OUT
from tests.simulator.books import Client

ENTRIES = "salesentry/SalesEntries"


@pytest.fixture
def url(world: World) -> Iterator[str]:
    with running(world) as address:
        yield address


class Caller:
    """Posts sales entries over a real socket."""

    def __init__(self, exact: Client, url: str) -> None:
        self.exact = exact
        self.address = f"{url}/api/v1/{exact.division.code}/{ENTRIES}"
        self.headers = {
            "Authorization": f"Bearer {exact.token}",
            "Accept": "application/json",
            "Prefer": "return=representation",
        }

    def post(self, reference: str = "26001", timeout: float = 10) -> requests.Response:
        entry = self.exact.sales_entry(YourRef=reference)
        return requests.post(self.address, json=entry, headers=self.headers, timeout=timeout)


@pytest.fixture
def caller(exact: Client, url: str) -> Caller:
    return Caller(exact, url)


def booked(world: World, reference: str = "26001") -> int:
    return world.auditor.entries_per_reference(world.division("noorderlicht"))[reference]


def test_every_kind_is_carried_out_and_explained() -> None:
    assert set(KINDS) == set(CARRIED_OUT)


@pytest.mark.parametrize(("kind", "entries"), [("drop_before", 0), ("drop_after_commit", 1)])
def test_a_dropped_connection(world: World, caller: Caller, kind: str, entries: int) -> None:
    """FR-B2, FR-B3."""
    world.faults.add(kind, endpoint=ENTRIES, method="POST")
    with pytest.raises(requests.ConnectionError):
        caller.post()
    assert booked(world) == entries
    assert caller.post("26002").status_code == 201


def test_a_slow_booking_lands_later(world: World, caller: Caller) -> None:
    """FR-B4: the client has given up long ago."""
    world.faults.add("slow_commit", endpoint=ENTRIES, seconds=90)
    with pytest.raises(requests.ConnectionError):
        caller.post()
    world.clock.advance(seconds=89)
    caller.post("26002")
    assert booked(world) == 0
    world.clock.advance(seconds=1)
    caller.post("26003")
    assert booked(world) == 1


def test_a_slow_answer_holds_nobody_else_up(world: World, caller: Caller) -> None:
    """FR-B19: the lock is free while the answer waits."""
    world.faults.add("slow_answer", endpoint=ENTRIES, wait_seconds=0.6)
    slow = threading.Thread(target=caller.post)
    slow.start()
    time.sleep(0.2)
    started = time.monotonic()
    assert caller.post("26002").status_code == 201
    assert time.monotonic() - started < 0.3
    slow.join()
    assert booked(world) == 1


def test_a_client_that_gives_up_finds_its_booking(world: World, caller: Caller) -> None:
    world.faults.add("slow_answer", endpoint=ENTRIES, wait_seconds=0.5)
    with pytest.raises(requests.ReadTimeout):
        caller.post(timeout=0.1)
    assert booked(world) == 1


def test_the_connection_breaks_halfway_the_answer(world: World, caller: Caller) -> None:
    world.faults.add("truncate_connection", endpoint=ENTRIES)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        caller.post()
    assert booked(world) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, ""),
        (500, ""),
        (500, '{"error":{"code":"","message":{"lang":"","value":"x"}}}'),
        (502, "<html>"),
        (503, ""),
    ],
)
def test_a_status_instead_of_an_execution(exact: Client, status: int, body: str) -> None:
    """FR-B5, FR-B9, FR-B10."""
    exact.world.faults.add("status", endpoint=ENTRIES, status=status, body=body, headers={"X-Test": "1"})
    reply = exact.post(ENTRIES, exact.sales_entry())
    assert (reply.status, reply.body.decode(), reply.headers["X-Test"]) == (status, body, "1")
    assert len(exact.division["SalesEntries"]) == 0


@pytest.mark.parametrize(
    ("kind", "status"), [("truncate", 201), ("empty_answer", 201), ("html_page", 200), ("redirect", 302)]
)
def test_an_answer_that_is_none(exact: Client, kind: str, status: int) -> None:
    """FR-B12, FR-B14, FR-B15."""
    exact.world.faults.add(kind, endpoint=ENTRIES)
    reply = exact.post(ENTRIES, exact.sales_entry())
    assert reply.status == status
    with pytest.raises(json.JSONDecodeError):
        reply.json()


def test_an_answer_without_or_with_a_wrong_id(exact: Client) -> None:
    """FR-B12."""
    exact.world.faults.add("answer_without_id", endpoint=ENTRIES)
    assert exact.post(ENTRIES, exact.sales_entry()).d["EntryID"] is None
    exact.world.faults.add("answer_of_another", endpoint=ENTRIES)
    assert exact.division.entry(exact.post(ENTRIES, exact.sales_entry()).d["EntryID"]) is None
    assert len(exact.division["SalesEntries"]) == 2


def test_a_duplicated_request_is_executed_twice(exact: Client) -> None:
    """FR-B13."""
    exact.world.faults.add("duplicate", endpoint=ENTRIES, times=2)
    assert exact.post(ENTRIES, exact.sales_entry(YourRef="26001")).status == 201
    assert booked(exact.world) == 2
    assert exact.post(ENTRIES, exact.sales_entry(YourRef="26002", EntryNumber=26002)).status == 201
    assert booked(exact.world, "26002") == 1


def test_a_stale_read_does_not_see_what_was_just_booked(exact: Client) -> None:
    """FR-B18: the number is taken all the same."""
    exact.world.faults.add("stale_read", endpoint=ENTRIES, seconds=60)
    exact.book(YourRef="26001", EntryNumber=26001)
    look_up = {"filter": "YourRef eq '26001'"}
    assert exact.get(ENTRIES, **look_up).results == []
    assert exact.get("financialtransaction/TransactionLines", **look_up).results == []
    assert exact.rejection(EntryNumber=26001) == "In gebruik: Boekstuknummer"
    exact.world.clock.advance(seconds=60)
    assert len(exact.get(ENTRIES, **look_up).results) == 1


def test_the_next_page_can_lie_elsewhere(exact: Client) -> None:
    """FR-B15, FR-K12."""
    exact.world.faults.add("foreign_next", endpoint="vat/VATCodes")
    assert exact.get("vat/VATCodes").d["__next"].startswith("http://elsewhere.invalid")


def test_the_world_changes_just_before_a_call(exact: Client) -> None:
    """FR-H1, FR-H3, FR-F6, FR-C10."""
    exact.world.faults.add("close_period", endpoint=ENTRIES, nth=2, year=2026, period=3)
    assert exact.book()
    assert exact.rejection() == "Periode is afgesloten: 2026 - 03"
    exact.division.reopen_period(2026, 3)
    exact.world.faults.add("block_relation", endpoint=ENTRIES, code="1")
    assert exact.rejection() == "Geblokkeerd: Klant"
    exact.world.faults.add("revoke_user", endpoint="vat/VATCodes")
    assert exact.get("vat/VATCodes").headers["Reason"] == "BlockedUser"
    exact.world.user.denied_with = None
    exact.world.faults.add("withdraw_consent", endpoint="vat/VATCodes")
    assert exact.get("vat/VATCodes").status == 401


def test_a_deleted_relation_is_gone_for_the_next_booking(exact: Client) -> None:
    """FR-F6."""
    entry = exact.sales_entry()
    exact.book()
    exact.world.faults.add("delete_relation", endpoint=ENTRIES, code="1")
    assert exact.post(ENTRIES, entry).text == "Ongeldige referentie: Klant"
    assert exact.get("financialtransaction/TransactionLines").status == 200


def test_a_fault_is_addressed(exact: Client) -> None:
    fault = exact.world.faults.add(
        "status",
        endpoint=ENTRIES,
        method="POST",
        nth=2,
        times=2,
        practice="noorderlicht",
        containing="REF",
        status=503,
    )
    other = Client(exact.world, "zuiderlicht")
    exact.token = other.token
    assert other.post(ENTRIES, other.sales_entry(YourRef="REF")).status == 201
    assert exact.post(ENTRIES, exact.sales_entry(YourRef="x")).status == 201
    assert exact.get(ENTRIES).status == 200
    statuses = [exact.post(ENTRIES, exact.sales_entry(YourRef=f"REF{number}")).status for number in range(4)]
    assert statuses == [201, 503, 503, 201]
    assert (fault.seen, fault.hits) == (3, 2)


def test_chance_repeats_itself_from_a_seed(exact: Client) -> None:
    def night() -> list[int]:
        exact.world.faults.clear()
        exact.world.faults.seed(7)
        exact.world.faults.add("status", times=None, probability=0.3, status=503)
        return [exact.get("vat/VATCodes").status for _ in range(30)]

    first = night()
    assert first == night()
    assert {200, 503} == set(first)


def test_a_function_of_ones_own_can_be_called(exact: Client) -> None:
    exact.world.faults.add(
        "call", endpoint="vat/VATCodes", act=lambda world: world.division("noorderlicht").open_year(2027)
    )
    exact.get("vat/VATCodes")
    assert exact.book(EntryDate="2027-01-01")


def test_an_unknown_kind_names_the_kinds(world: World) -> None:
    with pytest.raises(ValueError, match="drop_after_commit"):
        world.faults.add("explode")

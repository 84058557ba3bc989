"""The server around Exact's own paths: which these are, how much fits, what a header carries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from simulator import World, running
from simulator.server import BODY_LIMIT
from tests.simulator.books import Client


@pytest.fixture
def url(world: World) -> Iterator[str]:
    with running(world) as address:
        yield address


def post(url: str, exact: Client, path: str, body: bytes) -> requests.Response:
    headers = {
        "Authorization": f"Bearer {exact.token}",
        "Accept": "application/json",
        "Content-Type": "application/json",
    }
    return requests.post(f"{url}{path}", data=body, headers=headers, timeout=10)


def test_more_than_ten_megabytes_are_too_much(url: str, exact: Client) -> None:
    """Fact 1.31."""
    path = f"/api/v1/{exact.division.code}/salesentry/SalesEntries"
    reply = post(url, exact, path, b" " * (BODY_LIMIT + 1))
    assert reply.status_code == 413
    assert reply.json()["error"]["message"]["value"] == "Maximum request length exceeded."
    assert post(url, exact, path, b" " * BODY_LIMIT).status_code == 400
    assert exact.world.auditor.writes[0].status == 400, "the first was not executed"


@pytest.mark.parametrize("path", ["/docs/XMLUpload.aspx", "/DOCS/xmlupload.ASPX"])
def test_the_path_of_an_upload_is_known_in_any_case(url: str, exact: Client, path: str) -> None:
    reply = post(
        url,
        exact,
        f"{path}?Topic=GLTransactions&_Division_={exact.division.code}",
        b"<eExact><GLTransactions/></eExact>",
    )
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/v1/current/Me", 401), ("/api/v1/", 401), ("/api/v1", 404), ("/docs/xmluploadXaspx", 404)],
)
def test_only_the_paths_of_exact_ask_for_a_token(url: str, path: str, status: int) -> None:
    assert requests.get(url + path, timeout=10, allow_redirects=False).status_code == status


def test_a_header_carries_what_it_can(url: str, exact: Client, world: World) -> None:
    world.faults.add("redirect", endpoint="current/Me", location="http://elsewhere.invalid/\u20ac")
    world.faults.add("status", endpoint="current/Me", nth=2, status=503, headers={"X-Test": "\u20ac"})
    replies = [requests.get(f"{url}/api/v1/current/Me", timeout=10, allow_redirects=False) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [302, 503]
    assert (replies[0].headers["Location"], replies[1].headers["X-Test"]) == (
        "http://elsewhere.invalid/?",
        "?",
    )


def test_a_deleted_record_leaves_an_answer_without_a_length(url: str, exact: Client) -> None:
    entry = exact.book()
    address = f"{url}/api/v1/{exact.division.code}/salesentry/SalesEntries(guid'{entry['EntryID']}')"
    reply = requests.delete(address, headers={"Authorization": f"Bearer {exact.token}"}, timeout=10)
    assert (reply.status_code, reply.headers.get("Content-Length")) == (204, None)

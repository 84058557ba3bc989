"""The client: what it asks, what it repeats, what it raises."""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import suppress
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import parse_url

from exact_online.api.answers import Answer, AnswerKind
from exact_online.api.budget import Unmetered
from exact_online.api.client import ExactClient
from exact_online.failures import (
    AccessDenied,
    AppScopeMissing,
    ListChanged,
    LockLost,
    NotServed,
    ProtocolFailure,
    QueryRejected,
    ReconnectNeeded,
    StoreUnavailable,
    Unreachable,
    WaitForWindow,
)
from tests.api.conftest import ACCESS_TOKEN, DIVISION
from tests.api.fake_server import FakeServer, Reply
from tests.api.virtual_clock import VirtualClock

ID = "11111111-2222-3333-4444-555555555555"
ACCOUNTS = f"/api/v1/{DIVISION}/crm/Accounts"
ENTRIES = f"/api/v1/{DIVISION}/salesentry/SalesEntries"
MADE = Reply(201, {"d": {"EntryID": ID}})


def page(*ids: int, next_page: str | None = None, count: int | None = None) -> Reply:
    inside: dict[str, Any] = {"results": [{"ID": number} for number in ids]}
    inside |= {"__next": next_page} if next_page else {}
    inside |= {"__count": str(count)} if count is not None else {}
    return Reply(200, {"d": inside})


def ids(client: ExactClient, **options: Any) -> list[int]:
    return [row["ID"] for row in client.get_all("crm/Accounts", ("ID",), **options)]


def test_a_question_has_its_columns_and_filter_in_the_address(
    server: FakeServer, client: ExactClient
) -> None:
    server.on("GET", ACCOUNTS, page(1))
    assert ids(client, where="Name eq 'O''Brien & Zn + 1'", order_by="Code", top=5) == [1]
    assert server.asked[0].query == {
        "$select": "ID",
        "$filter": "Name eq 'O''Brien & Zn + 1'",
        "$orderby": "Code",
        "$top": "5",
    }
    assert server.asked[0].headers["Accept"] == "application/json"


def test_pages_are_followed_to_the_letter(server: FakeServer, client: ExactClient) -> None:
    following = f"{server.url}{ACCOUNTS}?$select=ID&$skiptoken=guid'{ID}'"
    server.on("GET", ACCOUNTS, page(1, 2, next_page=following), page(3))
    assert ids(client) == [1, 2, 3]
    assert server.asked[1].query["$skiptoken"] == f"guid'{ID}'"


@pytest.mark.parametrize(
    "elsewhere",
    ["http://127.0.0.2:{port}/x", "https://127.0.0.1:{port}/x", "http://127.0.0.1:1/x", "//evil.example/x"],
)
def test_a_next_page_on_another_host_is_not_asked(
    server: FakeServer, client: ExactClient, elsewhere: str
) -> None:
    """FR-B15, FR-K12: the token would go along."""
    server.on("GET", ACCOUNTS, page(1, next_page=elsewhere.format(port=server.url.rsplit(":", 1)[1])))
    with pytest.raises(ProtocolFailure, match="on another host"):
        ids(client)
    assert len(server.asked) == 1


NASTY_LINKS = (
    "{scheme}://evil.example\\@{here}{path}",
    "{scheme}://evil.example\\\\@{here}{path}",
    "{scheme}://{here}\\@evil.example{path}",
    "{scheme}://evil.example%5C@{here}{path}",
    "{scheme}://somebody:word@{here}{path}",
    "{scheme}://{here}@evil.example{path}",
    "{scheme}://{here}:1@evil.example{path}",
    "{scheme}://evil.example#@{here}{path}",
    "{scheme}://evil.example?@{here}{path}",
    "{scheme}://evil.example;@{here}{path}",
    "{scheme}://{here}.evil.example{path}",
    "{scheme}:///evil.example{path}",
    "{scheme}:evil.example{path}",
    "{scheme}:\\\\evil.example{path}",
    " {scheme}://evil.example{path}",
    "{scheme}://evil.example\t@{here}{path}",
    "{scheme}://evil.example\r\n@{here}{path}",
    "//evil.example{path}",
    "\\\\evil.example{path}",
    "/\\evil.example{path}",
    "https://evil.example{path}",
    "ftp://{here}{path}",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "{scheme}://{here}/elsewhere",
    "{scheme}://{here}/api/oauth2/token",
    "{scheme}://{here}/api/v1/../oauth2/token",
    "{scheme}://[::1{path}",
    "{scheme}://{here}:99999{path}",
)
"""What a next link may look like when somebody wants the token, or when a server is broken."""


@pytest.mark.parametrize("link", NASTY_LINKS)
def test_no_next_link_takes_the_token_elsewhere(
    server: FakeServer, client: ExactClient, session: requests.Session, link: str
) -> None:
    """FR-B15, FR-K12: looked at where the bytes go out, because parsers of addresses differ."""
    host = server.url.removeprefix("http://")
    here = link.format(scheme="http", here=host, path=f"{ACCOUNTS}?$skiptoken=1")
    server.on("GET", ACCOUNTS, page(1, next_page=here), page(2))
    watched = Watched()
    session.mount("http://", watched)
    session.mount("https://", watched)
    with suppress(ProtocolFailure):
        ids(client)
    assert {(target.host, target.port) for target in watched.targets} == {("127.0.0.1", int(host[10:]))}
    assert {asked.path for asked in server.asked} == {ACCOUNTS}


class Watched(HTTPAdapter):
    """Keeps where each request is sent to, as urllib3 reads its address."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[Any] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        self.targets.append(parse_url(str(request.url)))
        return super().send(request, *args, **options)


def test_pages_that_do_not_end_are_left(server: FakeServer, client: ExactClient) -> None:
    server.on("GET", ACCOUNTS, page(1, next_page=f"{server.url}{ACCOUNTS}?$skiptoken=1"))
    with pytest.raises(ProtocolFailure, match="do not end"):
        ids(client)


def test_a_list_that_changed_under_our_hands_is_not_believed(server: FakeServer, client: ExactClient) -> None:
    """FR-B16."""
    server.on("GET", ACCOUNTS, page(1, 2, next_page=f"{server.url}{ACCOUNTS}?$skiptoken=2", count=4), page(4))
    with pytest.raises(ListChanged, match="announced 4 rows and gave 3"):
        ids(client, counted=True)


def test_one_record_is_there_or_none(server: FakeServer, client: ExactClient) -> None:
    server.on("GET", f"{ACCOUNTS}(guid'{ID}')", Reply(200, {"d": {"ID": ID}}), Reply(404))
    assert client.get_one("crm/Accounts", ("ID",), key=ID) == {"ID": ID}
    assert client.get_one("crm/Accounts", ("ID",), key=ID) is None


def test_a_text_payload_goes_out_as_it_is(server: FakeServer, client: ExactClient) -> None:
    server.on("POST", ENTRIES, MADE)
    payload = '{"Customer":"é","AmountFC":10.00}'
    assert client.post("salesentry/SalesEntries", payload).exact_id == ID
    asked = server.asked[0]
    assert asked.body == payload.encode()
    assert (asked.headers["Content-Type"], asked.headers["Prefer"]) == (
        "application/json",
        "return=representation",
    )
    assert asked.headers["Authorization"] == f"Bearer {ACCESS_TOKEN}"
    assert ACCESS_TOKEN not in asked.path + str(asked.query)


def test_a_change_and_a_removal_name_the_record(server: FakeServer, client: ExactClient) -> None:
    server.on("PUT", f"{ACCOUNTS}(guid'{ID}')", Reply(204))
    server.on("DELETE", f"{ACCOUNTS}(guid'{ID}')", Reply(404))
    assert client.put("crm/Accounts", ID, {"Name": "x"}).kind is AnswerKind.DONE
    assert client.delete("crm/Accounts", ID).kind is AnswerKind.GONE


@pytest.mark.parametrize(
    "reply", [Reply(lost=True), Reply(500), Reply(502), Reply(200, b"<html>"), Reply(302)], ids=str
)
def test_a_write_in_doubt_is_never_sent_again(server: FakeServer, client: ExactClient, reply: Reply) -> None:
    """INV-1."""
    server.on("POST", ENTRIES, reply)
    assert client.post("salesentry/SalesEntries", {}).unknown_outcome
    assert len(server.asked) == 1


def test_reading_is_tried_again_and_then_given_up(
    server: FakeServer, client: ExactClient, clock: VirtualClock
) -> None:
    """FR-B10, FR-B11: bounded."""
    server.on("GET", ACCOUNTS, Reply(lost=True), Reply(503), page(1))
    assert ids(client) == [1]
    assert clock.slept == [1.0, 2.0]
    server.on("GET", f"/api/v1/{DIVISION}/crm/Contacts", Reply(500))
    with pytest.raises(Unreachable, match="no readable answer"):
        list(client.get_all("crm/Contacts", ("ID",)))
    assert len(server.asked_for(f"/api/v1/{DIVISION}/crm/Contacts")) == 4


def test_what_was_never_sent_is_tried_again_and_then_nothing_was_done(
    session: requests.Session, clock: VirtualClock
) -> None:
    """FR-B1: and it used up one call of the budget at most."""
    budget = Counted()
    client = ExactClient(session, "http://127.0.0.1:1", DIVISION, Tokens(), budget, clock)
    with pytest.raises(Unreachable, match="nothing was sent"):
        client.post("salesentry/SalesEntries", {})
    assert clock.slept == [1.0, 2.0, 4.0]
    assert len(budget.taken) == 1


def test_an_answer_that_can_not_be_counted_is_still_the_answer(
    server: FakeServer, session: requests.Session, clock: VirtualClock
) -> None:
    """FR-B10: a failure would say that Exact did nothing, and the booking would be sent again."""

    class Away(Unmetered):
        def note_answer(self, *_: Any) -> None:
            raise StoreUnavailable("the ledger is away")

    server.on("POST", ENTRIES, Reply(500))
    client = ExactClient(session, server.url, DIVISION, Tokens(), Away(), clock)
    assert client.post("salesentry/SalesEntries", {}).kind is AnswerKind.DOUBTFUL


def test_a_list_that_is_not_served_is_asked_for_once(server: FakeServer, client: ExactClient) -> None:
    """FR-B8: each 404 is an error, and eight of them would close the endpoint for an hour."""
    server.on("GET", f"/api/v1/{DIVISION}/bulk/Financial/TransactionLines", Reply(404))
    for _ in range(9):
        with pytest.raises(NotServed):
            list(client.get_all("bulk/Financial/TransactionLines", ("ID",)))
    assert len(server.asked) == 1


@pytest.mark.parametrize(("status", "failure"), [(403, AccessDenied), (404, NotServed)])
def test_rights_and_addresses_stop_the_practice(
    server: FakeServer, client: ExactClient, status: int, failure: type[Exception]
) -> None:
    """FR-C10, FR-H11: once, no loop."""
    server.on("POST", ENTRIES, Reply(status, headers={"Reason": "LicenseExpired"}))
    with pytest.raises(failure, match="LicenseExpired"):
        client.post("salesentry/SalesEntries", {})
    assert len(server.asked) == 1


def test_a_rejected_query_keeps_exacts_words_apart(server: FakeServer, client: ExactClient) -> None:
    """B7: they may name people, so the message of the failure is without them."""
    server.on("GET", ACCOUNTS, Reply(400, {"error": {"message": {"value": "Error in query syntax."}}}))
    with pytest.raises(QueryRejected, match=r"rejects the query \(status 400\)\.$") as raised:
        ids(client)
    assert raised.value.words == "Error in query syntax."


@pytest.mark.parametrize(
    "reply",
    [Reply(200, b"<html>maintenance</html>"), Reply(302), Reply(200, {"value": []})],
    ids=["page", "redirect", "no envelope"],
)
def test_reading_from_what_is_not_the_api_fails(
    server: FakeServer, client: ExactClient, reply: Reply
) -> None:
    """FR-B14."""
    server.on("GET", ACCOUNTS, reply)
    with pytest.raises(ProtocolFailure, match="base URL"):
        ids(client)


def test_without_a_division_only_the_user_can_be_asked(
    server: FakeServer, session: requests.Session, clock: VirtualClock
) -> None:
    client = ExactClient(session, server.url, None, Tokens(), Unmetered(), clock)
    server.on("GET", "/api/v1/current/Me", Reply(200, {"d": {"results": [{"UserID": ID}]}}))
    assert client.get_one("current/Me", ("UserID",)) == {"UserID": ID}
    with pytest.raises(ValueError, match="needs a division"):
        ids(client)


def test_a_question_too_long_for_exact_is_not_asked(client: ExactClient) -> None:
    with pytest.raises(ValueError, match="longer than the 6000 characters"):
        ids(client, where="x" * 6000)


# Tokens.


class Tokens:
    """Gives the next token of a row each time one is denied."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens or ("one",))
        self.denied: list[str] = []

    def access_token(self) -> str:
        return self.tokens[0]

    def token_after_401(self, denied: str) -> str:
        self.denied.append(denied)
        return self.tokens.pop(0) if len(self.tokens) == 1 else self.tokens[1]

    def give_up(self, denied: str) -> None:
        raise ReconnectNeeded(denied)

    def note_token_works(self) -> None:
        """Nothing was denied before."""

    def note_missing_scope(self, scope: str, level: str, division: int | None) -> None:
        raise AppScopeMissing(f"{scope}:{level}")

    def note_scope_works(self, scope: str, level: str) -> None:
        """Nothing is missing here."""

    def ask_again(self) -> None:
        """Nothing is missing here."""


def test_after_401_a_call_is_repeated_once_with_the_new_token(
    server: FakeServer, session: requests.Session, clock: VirtualClock
) -> None:
    """FR-C5: a 401 was not executed."""
    tokens = Tokens("old", "new")
    client = ExactClient(session, server.url, DIVISION, tokens, Unmetered(), clock)
    server.on("POST", ENTRIES, Reply(401), MADE)
    assert client.post("salesentry/SalesEntries", {}).kind is AnswerKind.DONE
    assert [asked.headers["Authorization"] for asked in server.asked] == ["Bearer old", "Bearer new"]


def test_a_second_401_stops(server: FakeServer, session: requests.Session, clock: VirtualClock) -> None:
    """FR-C6: no loop of 401s."""
    client = ExactClient(session, server.url, DIVISION, Tokens("old", "new"), Unmetered(), clock)
    server.on("POST", ENTRIES, Reply(401))
    with pytest.raises(ReconnectNeeded, match="new"):
        client.post("salesentry/SalesEntries", {})
    assert len(server.asked) == 2


# The guard and the budget.


class Counted:
    """A budget that lets all pass and writes down what it is asked."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.heard_of: list[tuple[str, AnswerKind]] = []

    def take(self, endpoint: str) -> None:
        self.taken.append(endpoint)

    def note_answer(self, endpoint: str, answer: Answer, sent_at: dt.datetime) -> None:
        self.heard_of.append((endpoint, answer.kind))

    def ask_again(self) -> None:
        """Nothing is limited here."""


def test_the_guard_runs_before_each_sending_and_can_stop_it(
    server: FakeServer, session: requests.Session, clock: VirtualClock
) -> None:
    """The practice's lock is checked right before each POST, also before a repetition."""
    budget, checks = Counted(), iter([None, LockLost("gone")])
    client = ExactClient(session, server.url, DIVISION, Tokens("old", "new"), budget, clock)
    server.on("POST", ENTRIES, Reply(401), MADE)

    def guard() -> None:
        if lost := next(checks):
            raise lost

    with pytest.raises(LockLost):
        client.post("salesentry/SalesEntries", {}, guard=guard)
    assert len(server.asked) == 1


def test_a_call_taken_ahead_is_the_one_that_is_made(
    server: FakeServer, session: requests.Session, clock: VirtualClock
) -> None:
    budget = Counted()
    client = ExactClient(session, server.url, DIVISION, Tokens(), budget, clock)
    server.on("POST", ENTRIES, MADE)
    for _ in range(3):
        client.make_ready("salesentry/SalesEntries")
    client.post("salesentry/SalesEntries", {})
    assert budget.taken == ["salesentry/SalesEntries"]
    assert budget.heard_of == [("salesentry/SalesEntries", AnswerKind.DONE)]


def test_a_write_stopped_by_the_minute_is_repeated_when_the_budget_lets_it(
    server: FakeServer, client: ExactClient
) -> None:
    """FR-B5: a 429 was not executed."""
    server.on("POST", ENTRIES, Reply(429), MADE)
    assert client.post("salesentry/SalesEntries", {}).kind is AnswerKind.DONE


def test_429s_without_end_give_the_worker_back(
    server: FakeServer, client: ExactClient, clock: VirtualClock
) -> None:
    server.on("POST", ENTRIES, Reply(429))
    with pytest.raises(WaitForWindow) as waiting:
        client.post("salesentry/SalesEntries", {})
    assert waiting.value.until == clock.now() + dt.timedelta(minutes=1)
    assert len(server.asked) == 4


def test_nothing_of_a_call_but_its_endpoint_is_logged(
    server: FakeServer, client: ExactClient, caplog: pytest.LogCaptureFixture
) -> None:
    """FR-K3, FR-K4."""
    server.on("POST", ENTRIES, Reply(500, {"error": {"message": {"value": "Ongeldig: Jansen"}}}))
    with caplog.at_level(logging.DEBUG):
        client.post("salesentry/SalesEntries", {"YourRef": "canary-reference"})
        server.on("GET", ACCOUNTS, page(1))
        ids(client, where="Name eq 'canary-name'")
    ours = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("exact_online")
    )
    assert "POST salesentry/SalesEntries: rejected" in ours
    assert not any(canary in ours for canary in ("Jansen", "canary", ACCESS_TOKEN))

"""The whole way through a strict Exact Online.

Consent, lists, booking, looking up, renewing, the limits.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
import requests

from exact_online.api import grants, identity, lists, lookups, oauth, odata, relations
from exact_online.api.answers import Answer, AnswerKind
from exact_online.api.budget import CallBudget, Unmetered
from exact_online.api.client import ExactClient
from exact_online.api.consent import JustGranted, keep_consent
from exact_online.api.grants import App
from exact_online.api.oauth import TokenChain
from exact_online.api.stores import RelationCursors
from exact_online.failures import (
    AccessDenied,
    DayIsFull,
    LinkFailure,
    NotServed,
    ProtocolFailure,
    ReconnectNeeded,
    WaitForWindow,
)
from exact_online.ledger import ChainStore, Connection, Ledger
from simulator import World, running
from tests.api.chains import KEYS
from tests.simulator.books import new_world

ENTRIES = "salesentry/SalesEntries"


class SimulatorsClock:
    """The simulator's time is ours."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> dt.datetime:
        return self._world.clock.now()

    def sleep(self, seconds: float) -> None:
        self._world.clock.advance(seconds=seconds)


@pytest.fixture
def world() -> World:
    world = new_world()
    world.auto_consent = True
    return world


@pytest.fixture
def url(world: World) -> Iterator[str]:
    with running(world) as address:
        yield address


@pytest.fixture
def clock(world: World) -> SimulatorsClock:  # type: ignore[override]
    return SimulatorsClock(world)


@pytest.fixture
def app(world: World, url: str) -> App:
    registered = next(iter(world.authority.apps.values()))
    return App(url, registered.client_id, registered.client_secret)


def consent(world: World, app: App, session: requests.Session, clock: SimulatorsClock) -> grants.TokenPair:
    """Through the authorise page, as a browser goes."""
    callback = world.authority.apps[app.client_id].redirect_uri
    page = session.get(grants.authorize_url(app, callback, "our-state"), allow_redirects=False)
    sent_back = parse_qs(urlsplit(page.headers["Location"]).query)
    assert sent_back["state"] == ["our-state"]
    return grants.exchange_code(session, clock, app, sent_back["code"][0], callback)


@pytest.fixture
def chain_id(
    world: World, app: App, session: requests.Session, clock: SimulatorsClock, ledger: Connection
) -> str:
    """The chain of a user who gave consent a moment ago."""
    pair = consent(world, app, session, clock)
    user = identity.me(ExactClient(session, app.base_url, None, JustGranted(pair), Unmetered(), clock))
    return keep_consent(Ledger(ledger).tokens, KEYS, app, pair, user.user_id, user.name, clock.now())


@pytest.fixture
def client(
    app: App,
    chain_id: str,
    session: requests.Session,
    clock: SimulatorsClock,
    ledger: Connection,
    ledger_dsn: str,
) -> ExactClient:
    tokens = TokenChain(
        ChainStore(lambda: psycopg.connect(ledger_dsn, autocommit=True), chain_id), app, KEYS, session, clock
    )
    everywhere = ExactClient(session, app.base_url, None, tokens, Unmetered(), clock)
    (division,) = (
        found for found in identity.divisions(everywhere) if found.name == "Fysiotherapie Noorderlicht"
    )
    return everywhere.for_division(
        division.code, CallBudget(Ledger(ledger).call_windows, division.code, clock)
    )


class Bookkeeper:
    """Posts sales entries of one line of 10.00 and 2.10 VAT."""

    def __init__(self, client: ExactClient) -> None:
        self.client = client
        self.lists = lists.lists_from_document(lists.fetch_lists(client, dt.date(2026, 1, 1)))
        where = f"Code eq {odata.relation_code('1')}"
        self.customer = next(client.get_all("crm/Accounts", ("ID",), where=where))["ID"]

    def book(self, number: int, **changed: object) -> Answer:
        line = {
            "AmountFC": 10.0,
            "VATAmountFC": 2.1,
            "VATCode": "2",
            "GLAccount": self.lists.gl_accounts["8021"].id,
        }
        plain = {
            "Journal": "70",
            "Customer": self.customer,
            "EntryNumber": number,
            "YourRef": str(number),
            "EntryDate": "2026-03-02",
        }
        period = {"ReportingYear": 2026, "ReportingPeriod": 3, "PaymentCondition": "14"}
        return self.client.post(ENTRIES, {**plain, **period, "SalesEntryLines": [line], **changed})


@pytest.fixture
def bookkeeper(client: ExactClient) -> Bookkeeper:
    return Bookkeeper(client)


def test_a_booking_comes_back_from_a_look_up_as_it_was_sent(
    bookkeeper: Bookkeeper, client: ExactClient
) -> None:
    made = bookkeeper.book(2600001)
    assert made.kind is AnswerKind.DONE, made.message
    (found,) = lookups.find_sales_entry(client, "70", 2026, 2600001, "2600001")
    by_code = {account.id: code for code, account in bookkeeper.lists.gl_accounts.items()}
    assert (found.entry_id, found.relation_id, found.total_cents) == (
        made.exact_id,
        bookkeeper.customer,
        1210,
    )
    assert (found.date, found.reference) == (dt.date(2026, 3, 2), "2600001")
    assert {by_code[account]: cents for account, cents in found.accounts.items()} == {
        "1300": 1210,
        "1500": -210,
        "8021": -1000,
    }


def test_a_general_journal_entry_is_found_by_its_number_and_by_its_description(
    bookkeeper: Bookkeeper, client: ExactClient
) -> None:
    accounts = bookkeeper.lists.gl_accounts
    sides = [
        {
            "GLAccount": accounts[code].id,
            "AmountFC": amount,
            "Date": "2026-03-02",
            "Description": "2600002",
            "VATCode": "0",
        }
        for code, amount in (("1010", 12.5), ("8000", -12.5))
    ]
    entry = {
        "JournalCode": "90",
        "FinancialYear": 2026,
        "FinancialPeriod": 3,
        "EntryNumber": 2600002,
        "GeneralJournalEntryLines": sides,
    }
    made = client.post("generaljournalentry/GeneralJournalEntries", entry)
    assert made.kind is AnswerKind.DONE, made.message
    for number, reference in ((2600002, "no such"), (1, "2600002")):
        (found,) = lookups.find_general_journal_entry(client, "90", 2026, number, reference)
        assert (found.entry_id, found.entry_number) == (made.exact_id, 2600002)
        assert found.accounts == {accounts["1010"].id: 1250, accounts["8000"].id: -1250}


def test_rejections_come_in_exacts_words(bookkeeper: Bookkeeper) -> None:
    bookkeeper.book(2600003)
    assert bookkeeper.book(2600003).kind is AnswerKind.IN_USE
    rejected = bookkeeper.book(2600004, Journal="90")
    assert (rejected.kind, rejected.message) == (AnswerKind.REJECTED, "Ongeldig: Dagboek")


def test_lost_answers_and_strange_ones_are_doubtful_and_the_entry_is_there_or_not(
    world: World, bookkeeper: Bookkeeper, client: ExactClient
) -> None:
    """FR-B2, FR-B3, FR-B12, FR-B14."""
    there = {
        "drop_before": 0,
        "drop_after_commit": 1,
        "truncate": 1,
        "empty_answer": 1,
        "answer_without_id": 1,
        "html_page": 0,
        "redirect": 0,
    }
    for number, (kind, entries) in enumerate(there.items(), start=2600010):
        world.faults.add(kind, endpoint=ENTRIES, method="POST")
        assert bookkeeper.book(number).unknown_outcome, kind
        assert len(lookups.find_sales_entry(client, "70", 2026, number, str(number))) == entries, kind


def test_changed_and_deleted_relations_reach_the_mirror(bookkeeper: Bookkeeper, client: ExactClient) -> None:
    first = relations.fetch_relations(client, RelationCursors())
    assert sorted(row.code for row in first.rows) == ["1", "90001"]
    made = client.post("crm/Accounts", {"Name": "Nieuw", "Code": "77", "Status": "C"})
    assert made.exact_id
    client.delete("crm/Accounts", made.exact_id)
    latest = max(row.row_version for row in first.rows)
    later = relations.fetch_relations(client, RelationCursors(latest, 0))
    assert later.rows == []
    assert [row.exact_id for row in later.deleted] == [made.exact_id]


def test_what_is_read_for_a_night_takes_few_calls(
    client: ExactClient, bookkeeper: Bookkeeper, world: World
) -> None:
    """B6: at most 13 calls beside the bookings."""
    before = len(world.log)
    lists.fetch_lists(client, dt.date(2026, 1, 1))
    relations.fetch_relations(client, RelationCursors())
    list(lookups.read_transaction_lines(client, ["70", "90"], 2026))
    assert len(world.log) - before <= 9


def test_a_night_of_hours_renews_its_token_in_the_window_only(
    world: World, client: ExactClient, clock: SimulatorsClock
) -> None:
    """INV-12."""
    for _ in range(120):
        list(client.get_all("financial/Journals", ("ID",)))
        clock.sleep(47)
    issues = next(iter(world.authority.grants.values())).issues
    assert len(issues) >= 8
    assert all(later - earlier >= 570 for earlier, later in itertools.pairwise(issues))
    assert all(status == 200 for _, status in world.authority.token_answers)


def sleep_until_midnight(clock: SimulatorsClock) -> None:
    now = clock.now()
    clock.sleep(
        (now.replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1) - now).total_seconds()
    )


def test_a_day_of_work_asks_for_152_tokens_at_most_and_none_is_denied(
    world: World, client: ExactClient, clock: SimulatorsClock
) -> None:
    """FR-C12: a token every 570 s is what a limit must leave room for."""
    sleep_until_midnight(clock)
    until, before = clock.now() + dt.timedelta(days=1), len(world.authority.token_answers)
    while clock.now() < until:
        client.make_ready("financial/Journals")
        clock.sleep(571)
    assert {status for _, status in world.authority.token_answers} == {200}
    assert 150 <= len(world.authority.token_answers) - before <= 152


def test_a_failure_that_goes_in_circles_ends_before_exacts_limit_and_the_next_day_goes_on(
    world: World, client: ExactClient, clock: SimulatorsClock, ledger: Connection
) -> None:
    """FR-C12: another environment takes the chain's every window, and each of our questions is
    denied as too early.
    """
    sleep_until_midnight(clock)
    (grant,) = world.authority.grants.values()
    ended: list[type[LinkFailure]] = []
    for _ in range(oauth.EXACT_CALLS_A_DAY + 10):
        grant.issued_at = world.clock.seconds()
        with pytest.raises(LinkFailure) as failed:
            client.make_ready("financial/Journals")
        ended.append(failed.type)
        clock.sleep(125)
    assert [status for _, status in world.authority.token_answers] == [200] + [400] * (
        oauth.MAX_CALLS_A_DAY - 1
    )
    assert ended == [WaitForWindow] * (oauth.MAX_CALLS_A_DAY - 1) + [DayIsFull] * (
        11 + oauth.EXACT_CALLS_A_DAY - oauth.MAX_CALLS_A_DAY
    )
    clock.sleep(24 * 3600)
    ledger.execute("update token_calls set day = day - 1")
    assert list(client.get_all("financial/Journals", ("ID",)))


def test_a_lost_token_answer_breaks_the_link_and_a_new_consent_heals_it(
    world: World,
    client: ExactClient,
    clock: SimulatorsClock,
    app: App,
    session: requests.Session,
    ledger: Connection,
) -> None:
    """FR-C3: the strict server has used the old token up."""
    world.faults.add("drop_after_commit", endpoint="oauth2/token", method="POST")
    clock.sleep(700)
    with pytest.raises((ReconnectNeeded, WaitForWindow)):
        list(client.get_all("financial/Journals", ("ID",)))
    clock.sleep(700)
    with pytest.raises(ReconnectNeeded):
        list(client.get_all("financial/Journals", ("ID",)))
    user = next(iter(world.users.values()))
    keep_consent(
        Ledger(ledger).tokens,
        KEYS,
        app,
        consent(world, app, session, clock),
        user.id,
        user.full_name,
        clock.now(),
    )
    assert list(client.get_all("financial/Journals", ("ID",)))


def test_a_user_who_loses_his_rights_stops_the_practice(world: World, client: ExactClient) -> None:
    """FR-C10."""
    world.faults.add("revoke_user", endpoint="financial/Journals", settings={"reason": "BlockedUser"})
    with pytest.raises(AccessDenied):
        list(client.get_all("financial/Journals", ("ID",)))


def test_a_next_page_elsewhere_is_not_asked(world: World, client: ExactClient) -> None:
    """FR-B15."""
    world.faults.add(
        "foreign_next", endpoint="financial/GLAccounts", settings={"location": "https://elsewhere.example/x"}
    )
    with pytest.raises(ProtocolFailure, match="another host"):
        list(client.get_all("financial/GLAccounts", ("ID",)))


def test_a_backlog_uses_at_least_95_percent_of_the_minutes_and_gets_no_429(
    world: World, bookkeeper: Bookkeeper, client: ExactClient, clock: SimulatorsClock
) -> None:
    """Issue C: 600 bookings with the limit on, 0 429s by our own fault."""
    clock.sleep(60 - clock.now().second)
    start, number = clock.now(), 2600100
    while number < 2600700:
        try:
            client.make_ready(ENTRIES)
            assert bookkeeper.book(number).kind is AnswerKind.DONE
            number += 1
        except WaitForWindow as full:
            clock.sleep((full.until - clock.now()).total_seconds())
    minutes = (clock.now() - start).total_seconds() // 60 + 1
    assert 600 / (60 * minutes) >= 0.95
    assert not [call for call in world.log if call.status == 429]


def test_the_day_ends_and_the_next_one_goes_on(
    world: World, bookkeeper: Bookkeeper, clock: SimulatorsClock
) -> None:
    """FR-B7."""
    world.limits.calls_per_day = 20
    numbers = itertools.count(2600800)
    with pytest.raises(DayIsFull):
        all(bookkeeper.book(number).kind is AnswerKind.DONE for number in numbers)
    clock.sleep(24 * 3600)
    assert bookkeeper.book(next(numbers)).kind is AnswerKind.DONE


def test_we_stop_before_exact_blocks_us(client: ExactClient) -> None:
    """FR-B8."""
    for _ in range(8):
        with pytest.raises(NotServed):
            client.get_one("financial/NoSuchResource", ("ID",))
    with pytest.raises(DayIsFull, match="8 fouten"):
        client.get_one("financial/NoSuchResource", ("ID",))


def test_rights_are_known_before_anything_is_written(world: World, client: ExactClient) -> None:
    """M7."""
    assert all(identity.rights(client).values())
    next(iter(world.users.values())).view_only = True
    assert identity.rights(client)["salesentry/SalesEntries", "POST"] is False

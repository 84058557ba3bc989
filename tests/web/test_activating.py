"""From a linked practice to an active one: the first day, the switch, and the way back (M20)."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import httpx
import psycopg
import pytest
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from fastapi import Request
from fastapi.testclient import TestClient

from dev.demo.practices import practices, settings_document
from exact_online.ledger import EventKind, Ledger
from exact_online.reason_codes import Reason
from exact_online.reasons import cure, explain
from exact_online.stops import Stop
from exact_online.web.airflow_api import AirflowApi, Started, airflow_api, identity_of
from exact_online.web.inputs import page_clock
from exact_online.web.pages import pages
from simulator.world import World
from tests.api.virtual_clock import VirtualClock
from tests.web.consenting import AGREE, come_back, come_back_as, world

__all__ = ["world"]

DEMO = practices()[0]
CODE = DEMO.code
HERE = f"/practices/{CODE}"
NOW = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)
CHOICE = {"link_date": "2026-10-01", "first_day": "2026-09-01", "backfill": "import"}


class Airflow:
    """Stands for Airflow's own API, which this process does not run."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.answer = Started.STARTED
        self.choices: dict[str, str] = {}

    async def start_dry_run(self, practice: str, **choices: str) -> Started:
        self.started.append(practice)
        self.choices = choices
        return self.answer


@pytest.fixture(autouse=True)
def airflow(
    sign_in: Callable[[str], None], world: World, ledger: Ledger, james_connection: None, client: TestClient
) -> Airflow:
    """An added practice, in the eyes of an administrator, on a day of the demo."""
    sign_in("op")
    come_back_as(SimpleAuthManagerUser(username="op", role="op"))
    api = Airflow()
    pages.dependency_overrides[airflow_api] = lambda: api
    pages.dependency_overrides[page_clock] = lambda: VirtualClock(NOW)
    client.post("/new", data={"james_practice_code": DEMO.james_practice_code, "code": CODE})
    return api


def _linked(client: TestClient, public_client: TestClient, ledger: Ledger, world: World) -> None:
    ledger.practices.save_settings(CODE, settings_document(DEMO), "test")
    come_back(public_client, client.post(f"{HERE}/connect", data=AGREE))
    client.post(f"{HERE}/division", data={"division": world.division(CODE).code})
    client.post(f"{HERE}/first-sync", data=CHOICE)
    _confirm(client)
    client.post(f"{HERE}/check")


def _confirm(client: TestClient) -> None:
    """What Exact gives no way to read, in the name of who is signed in."""
    for item in ("titles", "vat_return"):
        assert client.post(f"{HERE}/confirm", data={"item": item}).status_code == 303


def _states(client: TestClient) -> list[str]:
    page = client.get(HERE).text
    found = page.split('<ol class="steps"')[1].split("</ol>")[0].split("<small>")[1:]
    return [part.split("</small>")[0] for part in found]


def test_six_screens_and_at_most_fifteen_calls_from_added_to_active(
    client: TestClient, public_client: TestClient, ledger: Ledger, world: World, airflow: Airflow
) -> None:
    assert _states(client) == ["klaar", "nu te doen", *["later"] * 4]
    ledger.practices.save_settings(CODE, settings_document(DEMO), "test")
    assert _states(client)[1:3] == ["klaar", "nu te doen"]
    come_back(public_client, client.post(f"{HERE}/connect", data=AGREE))
    client.post(f"{HERE}/division", data={"division": world.division(CODE).code})
    assert _states(client)[2:4] == ["klaar", "nu te doen"]
    assert "Bevestigen: Aanspreektitels DHR en MEVR" in client.get(f"{HERE}/requirements").text
    _confirm(client)
    client.post(f"{HERE}/first-sync", data=CHOICE)
    answer = client.post(f"{HERE}/activate")
    assert _states(client) == ["klaar"] * 6
    assert "De proefrun is gestart." in client.get(answer.headers["location"]).text
    assert airflow.started == [CODE]
    assert len([call for call in world.log if "UserHasRights" not in call.path]) <= 15
    assert len(world.log) <= 29, "Exact does not count the questions about rights: seven, twice"
    kinds = [event.event for event in ledger.events.latest(CODE)]
    assert kinds[:2] == [EventKind.ACTIVATED, EventKind.FIRST_SYNC_DATE_SET]


def test_what_the_division_lacks_keeps_it_off_and_is_said(
    client: TestClient, public_client: TestClient, ledger: Ledger, world: World, airflow: Airflow
) -> None:
    """Also when it was right the last time that somebody looked."""
    _linked(client, public_client, ledger, world)
    assert "Niets houdt het tegen." in client.get(f"{HERE}/activate").text
    journals = world.division(CODE)["Journals"]
    next(row for row in journals if row["Code"].strip() == "90")["AllowVAT"] = False
    page = client.get(client.post(f"{HERE}/activate").headers["location"]).text
    assert explain(Reason.JOURNAL_WITHOUT_VAT, {"journal": "90"}) in unescape(page)
    assert not ledger.practices.get(CODE).active
    assert airflow.started == []
    assert _states(client)[3] == "vraagt aandacht"


def test_titles_that_nobody_confirmed_keep_it_off_and_the_vat_return_does_not(
    client: TestClient, public_client: TestClient, ledger: Ledger, world: World
) -> None:
    """M9, M14: a link that Exact would reject every patient of is not switched on."""
    _linked(client, public_client, ledger, world)
    ledger.conn.execute("truncate exact_sync.requirement_confirmation")
    page = unescape(client.get(client.post(f"{HERE}/activate").headers["location"]).text)
    assert "Zonder de titels weigert Exact de debiteuren" in page
    assert "btw-aangifte" not in page
    assert not ledger.practices.get(CODE).active
    client.post(f"{HERE}/confirm", data={"item": "titles"})
    ledger.conn.execute("delete from exact_sync.call_window")  # a minute later
    client.post(f"{HERE}/activate")
    assert ledger.practices.get(CODE).active


@pytest.mark.parametrize("answer", [Started.NOT_THERE, Started.DENIED, Started.FAILED])
def test_nights_that_airflow_can_not_start_are_not_switched_on(
    client: TestClient,
    public_client: TestClient,
    ledger: Ledger,
    world: World,
    airflow: Airflow,
    answer: Started,
) -> None:
    _linked(client, public_client, ledger, world)
    airflow.answer = answer
    client.post(f"{HERE}/activate")
    assert not ledger.practices.get(CODE).active


def test_off_and_on_again(
    client: TestClient, public_client: TestClient, ledger: Ledger, world: World
) -> None:
    _linked(client, public_client, ledger, world)
    client.post(f"{HERE}/activate")
    assert ledger.practices.get(CODE).active
    client.post(f"{HERE}/deactivate")
    off = ledger.practices.get(CODE)
    assert (off.active, off.division) == (False, world.division(CODE).code)
    assert ledger.events.latest(CODE)[0].event == EventKind.DEACTIVATED


def test_disconnecting_is_asked_twice_and_keeps_all_but_the_tokens(
    client: TestClient, public_client: TestClient, ledger: Ledger, world: World
) -> None:
    _linked(client, public_client, ledger, world)
    client.post(f"{HERE}/activate")
    before = ledger.practices.get(CODE)
    assert "<form" not in client.get(f"{HERE}/disconnect").text
    assert "Weet u het zeker?" in client.get(f"{HERE}/disconnect?sure=true").text
    for typed in ({}, {"code": "iets anders"}):
        assert client.post(f"{HERE}/disconnect", data=typed).status_code == 422
    assert ledger.practices.get(CODE) == before
    client.post(f"{HERE}/disconnect", data={"code": CODE})
    after = ledger.practices.get(CODE)
    assert (after.active, after.chain_id) == (False, None)
    assert (after.division, after.first_sync_date) == (before.division, before.first_sync_date)
    assert ledger.conn.execute("select 1 from exact_sync.token_chain").fetchall() == []
    back = come_back(public_client, client.post(f"{HERE}/connect", data=AGREE))
    assert back.headers["location"].endswith("?outcome=linked")
    assert _states(client) == ["klaar"] * 5 + ["nu te doen"]


def test_what_a_first_day_brings_is_counted_before_it_is_saved(
    client: TestClient, ledger: Ledger, demo_james_dsn: str
) -> None:
    """M20: as James has them, to the invoice."""
    page = client.get(f"{HERE}/first-sync", params=CHOICE).text
    with psycopg.connect(demo_james_dsn) as james:
        (older,) = james.execute(
            "select (select count(*) from james.factuur f where praktijk_id = p.praktijk_id and status in"
            " ('gefactureerd','herinnerd','betaald') and (gefactureerd_op at time zone 'Europe/Amsterdam')"
            "::date between '2026-09-01' and '2026-09-30') + (select count(*) from james.declaratie c where"
            " praktijk_id = p.praktijk_id and status in ('gefactureerd','herinnerd','betaald') and"
            " (gefactureerd_op at time zone 'Europe/Amsterdam')::date between '2026-09-01' and '2026-09-30')"
            " from james.praktijk p where praktijkcode = %s",
            [DEMO.james_practice_code],
        ).fetchone() or (0,)
    assert older > 0
    assert f'09-2026</th><td class="amount">{older}</td>' in page
    state = ledger.activation.state(CODE)
    assert state is not None
    assert state.first_sync_date_set_at is None, "counting saves nothing"
    client.post(f"{HERE}/first-sync", data=CHOICE)
    saved = ledger.practices.get(CODE)
    assert (saved.link_date.isoformat(), saved.first_sync_date.isoformat(), saved.backfill) == tuple(
        CHOICE.values()
    )
    (event, *_) = ledger.events.latest(CODE)
    assert (event.who, event.details) == ("op", CHOICE)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"first_day": "2026-10-02"}, "mag niet na de koppeldatum liggen"),
        ({"first_day": ""}, "Vul dit in."),
        ({"link_date": "gisteren"}, "Dit is geen dag. Schrijf hem als dag, maand en jaar, zoals 23-11-2026."),
        ({"backfill": "alles"}, "Kies een van de lijst."),
    ],
)
def test_a_wrong_first_day_is_said_beside_its_field(
    client: TestClient, ledger: Ledger, change: dict[str, str], sentence: str
) -> None:
    answer = client.post(f"{HERE}/first-sync", data={**CHOICE, **change})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert ledger.practices.get(CODE).backfill == "nothing"


def test_the_link_date_stays_once_a_night_ran(client: TestClient, ledger: Ledger) -> None:
    """Else invoices of days in between would belong to nobody."""
    client.post(f"{HERE}/first-sync", data=CHOICE)
    ledger.practices.save_settings(CODE, settings_document(DEMO), "test")
    ledger.runs.open(CODE, "night", NOW.date(), dry_run=False, settings_version=1)
    moved = {**CHOICE, "link_date": "2026-10-15"}
    assert client.post(f"{HERE}/first-sync", data=moved).status_code == 422
    assert not ledger.activation.set_first_sync(CODE, dt.date(2026, 10, 15), dt.date(2026, 9, 1), "import")
    assert client.post(f"{HERE}/first-sync", data={**CHOICE, "first_day": "2026-08-01"}).status_code == 303


@pytest.mark.parametrize("page", ["activate", "older"])
def test_a_dry_run_that_failed_says_why(client: TestClient, ledger: Ledger, page: str) -> None:
    """B3: in the words of the catalogue, with who cures it; what a command read is no dry run."""
    ledger.practices.save_settings(CODE, settings_document(DEMO), "test")
    here = f"{HERE}/{page}"
    ledger.runs.open(CODE, "matches__2026-11-22T10:00:00.000001", NOW.date(), True, settings_version=1)
    ledger.runs.open(CODE, "read_back__2026-11-22T10:00:00.000001", NOW.date(), True, settings_version=1)
    assert "Er was nog geen proefrun" in client.get(here).text
    ledger.runs.open(CODE, "manual__1", NOW.date(), True, settings_version=1)
    assert "sinds" in client.get(here).text
    ledger.runs.end_unopened(CODE, "manual__1", dry_run=True)
    assert "Het log van deze proefrun in Airflow zegt waarom" in client.get(here).text
    problems = [(Stop.YEAR_MISSING, {"year": 2027})]
    ledger.outages.note_failure(CODE, "manual__1", "dry_run", "dry_run", problems)
    shown = unescape(client.get(here).text)
    assert explain(Stop.YEAR_MISSING, {"year": 2027}) in shown
    assert cure(Stop.YEAR_MISSING) in shown
    assert "runs/manual__1" in shown


@pytest.mark.parametrize(
    "identity",
    [
        {"authorization": "Bearer his-token"},
        {"cookie": "_token=his-session; _access_token=of-keycloak; _refresh_token=of-keycloak-too"},
    ],
    ids=["program", "browser"],
)
def test_airflow_is_asked_as_the_person_who_asks(identity: dict[str, str]) -> None:
    """With what his own request had: Airflow checks his rights and notes his name.

    A session of a browser may take more than one cookie, which only the auth manager knows: that of
    Keycloak knows nobody by the first one alone, nor by that as a token.
    """
    asked: list[tuple[str, str, object]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        had = {name: request.headers[name] for name in ("authorization", "cookie") if name in request.headers}
        assert had == identity
        asked.append((request.method, request.url.path, json.loads(request.content)))
        return httpx.Response(statuses.pop(0))

    sent = {**identity, "host": "airflow.example.org"}
    his = Request({"type": "http", "headers": [(name.encode(), sent[name].encode()) for name in sent]})

    def start() -> Started:
        api = AirflowApi("http://127.0.0.1:1/prefix", identity_of(his), httpx.MockTransport(answer))
        with ThreadPoolExecutor(1) as thread:  # a browser test leaves a loop in this one
            return thread.submit(asyncio.run, api.start_dry_run("zuid")).result()

    statuses = [200, 200]
    assert start() is Started.STARTED
    dag = "/prefix/api/v2/dags/exact_online__zuid"
    assert asked == [
        ("PATCH", dag, {"is_paused": False}),
        ("POST", f"{dag}/dagRuns", {"logical_date": None, "conf": {"dry_run": True}}),
    ]
    for status, expected in (
        (404, Started.NOT_THERE),
        (401, Started.DENIED),
        (403, Started.DENIED),
        (500, Started.FAILED),
    ):
        statuses = [status]
        assert start() is expected


def test_days_are_typed_and_shown_as_people_write_them(
    client: TestClient, public_client: TestClient, ledger: Ledger, world: World
) -> None:
    """A browser's own field shows 10/01/2026 to who has an English one."""
    _linked(client, public_client, ledger, world)
    page = client.get(f"{HERE}/first-sync").text
    assert 'value="01-10-2026"' in page
    assert 'value="01-09-2026"' in page
    assert page.count('inputmode="numeric" placeholder="dd-mm-jjjj"') == 2
    typed = {"link_date": "2/10/2026", "first_day": "03092026", "backfill": "import"}
    counted = client.get(f"{HERE}/first-sync", params=typed)
    assert counted.status_code == 200
    assert 'name="link_date" value="2/10/2026"' in counted.text, "what is saved is what was counted"
    assert client.post(f"{HERE}/first-sync", data=typed).status_code == 303
    saved = ledger.practices.get(CODE)
    assert (saved.link_date, saved.first_sync_date) == (dt.date(2026, 10, 2), dt.date(2026, 9, 3))
    wrong = client.post(f"{HERE}/first-sync", data={**typed, "first_day": "31-02-2026"})
    assert wrong.status_code == 422
    assert 'id="first_day-problem">Dit is geen dag.' in wrong.text

"""One api-server of Airflow per test process, the ledger behind it, and a browser in front."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
from cryptography.fernet import Fernet
from playwright.sync_api import Browser, Page, sync_playwright

from dev.local.airflow_settings import Ports, environment
from dev.local.child_process import start_child
from dev.local.places import VAR
from dev.local.ports import free_port
from dev.local.postgres import Server
from exact_online.ledger import Ledger, connect
from exact_online.migrations import SCHEMA
from exact_online.schedule import PAGES
from tests.airflow_database import airflow_database
from tests.browser.chromium import launch
from tests.conftest import WORKER
from tests.dags.mailbox import connection_to
from tests.demo_james import demo_james_dsn

__all__ = ["airflow_database", "demo_james_dsn"]

PEOPLE = {"viewer": "viewer", "support": "user", "beheer": "op", "admin": "admin"}
"""Login -> role of Airflow's simple auth manager. The password is the login: on loopback only."""
PICTURES = VAR / "pictures"
START_SECONDS = 120
EXACT_CLIENT, EXACT_SECRET = "pages", "of the tests"


@dataclass(frozen=True)
class Site:
    """A running api-server with our pages, and the address of their ledger."""

    url: str
    ledger_dsn: str
    exact_port: int
    """Where the connection `exact_online` looks for Exact; who needs one starts it there."""
    mail_port: int
    """Where the connection `smtp_default` looks for a mail server; who needs one starts it."""
    environment: Mapping[str, str]
    """Of the api-server: what runs a night beside it takes its connections from here."""

    @property
    def secret_key(self) -> str:
        """By which the api-server signs links."""
        return self.environment["AIRFLOW__API__SECRET_KEY"]


@pytest.fixture(autouse=True, scope="module")
def _no_practices_of_other_files(request: pytest.FixtureRequest) -> None:
    """Files of tests share a ledger, and several link the demo's divisions: each begins without the
    practices of the others.
    """
    ours = [item for item in request.session.items if item.path == request.path]
    if any("site" in getattr(item, "fixturenames", ()) for item in ours):
        site = request.getfixturevalue("site")
        with psycopg.connect(site.ledger_dsn) as owner:
            owner.execute(f"truncate {SCHEMA}.practice cascade")


@pytest.fixture(scope="session")
def site(
    airflow_database: str,
    postgres: Server,
    ledger_template: str,
    demo_james_dsn: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """Start the api-server; it stops with the tests."""
    home = tmp_path_factory.mktemp("airflow")
    ledger_dsn = postgres.create_database(f"pages_{WORKER}", ledger_template)
    ports, exact_port, mail_port = Ports.choose(free_port()), free_port(), free_port()
    settings = environment(
        home,
        metadata_dsn=airflow_database,
        connections={
            "exact_sync_db": ledger_dsn.replace("postgresql://", "postgres://"),
            "james_db": demo_james_dsn.replace("postgresql://", "postgres://"),
            "exact_online": _exact_connection(exact_port),
            "smtp_default": connection_to(mail_port),
        },
        ports=ports,
    )
    passwords = home / "logins.json"
    passwords.write_text(json.dumps({name: name for name in PEOPLE}))
    settings |= {
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{who}:{role}" for who, role in PEOPLE.items()),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
    }
    log = home / "api-server.log"
    child = start_child(
        "api-server", [sys.executable, "-m", "airflow", "api-server"], log, environment=settings
    )
    try:
        url = settings["AIRFLOW__API__BASE_URL"]
        _wait_until_served(url, log)
        yield Site(url, f"{ledger_dsn}?options=-csearch_path%3D{SCHEMA}", exact_port, mail_port, settings)
    finally:
        child.stop()


def _exact_connection(port: int) -> str:
    extra = {"token_keys": Fernet.generate_key().decode()}
    app = {"login": EXACT_CLIENT, "password": EXACT_SECRET, "extra": extra}
    return json.dumps({"conn_type": "exact_online", "host": f"http://127.0.0.1:{port}", **app})


def _token(site: Site, who: str) -> str:
    """What Airflow's login page would put in the cookie of a person.

    That page is Airflow's own, and what is typed before its script is ready is lost.
    """
    answer = httpx.post(f"{site.url}/auth/token", json={"username": who, "password": who}, timeout=30)
    return str(answer.raise_for_status().json()["access_token"])


def _wait_until_served(url: str, log: Path) -> None:
    """Our own icon, because Airflow answers 200 with its shell for every unknown address."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            answer = httpx.get(f"{url}/{PAGES}/static/icon.svg", timeout=5, trust_env=False)
            if answer.headers.get("content-type", "").startswith("image/svg"):
                return
        except httpx.HTTPError:
            pass
        if time.monotonic() > deadline:
            raise AssertionError(f"The api-server did not serve the pages: {log.read_text()[-2000:]}")
        time.sleep(0.3)


@pytest.fixture
def ledger(site: Site) -> Iterator[Ledger]:
    """The ledger that the pages read. Each test has a minute of Exact's calls of its own."""
    with closing(connect(site.ledger_dsn)) as conn:
        conn.execute("delete from exact_sync.call_window")
        yield Ledger(conn)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def open_as(site: Site, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page of ours after a login: ``open_as("support", "/", dark=True, width=390)``.

    With ``framed`` it is opened as Airflow shows it, inside its navigation.
    """
    contexts = []

    def open_page(
        who: str,
        path: str = "/",
        *,
        dark: bool = False,
        width: int = 1280,
        language: str = "nl-NL",
        framed: bool = False,
    ) -> Page:
        context = chromium.new_context(
            color_scheme="dark" if dark else "light",
            locale=language,
            viewport={"width": width, "height": 900},
            base_url=site.url,
        )
        contexts.append(context)
        context.add_cookies([{"name": "_token", "value": _token(site, who), "url": site.url}])
        page = context.new_page()
        frame = f"/plugin/{PAGES}" if framed else ""
        page.goto(f"{frame}/{PAGES}{path}")
        root = (
            page.frame_locator("iframe").locator("html[data-ready]")
            if framed
            else page.locator("html[data-ready]")
        )
        root.wait_for(state="attached", timeout=30_000)
        root.locator("h1").first.wait_for(state="visible", timeout=30_000)
        return page

    yield open_page
    for context in contexts:
        context.close()

"""The pages as a browser asks for them, over a real ledger, with people of each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from airflow.api_fastapi.app import create_auth_manager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.api_fastapi.core_api.security import get_user
from fastapi.testclient import TestClient

from exact_online.ledger import Ledger, connect
from exact_online.web import database
from exact_online.web.pages import pages
from exact_online.web.public import public
from tests.demo_james import demo_james_dsn

__all__ = ["demo_james_dsn"]

OWN = {"sec-fetch-site": "same-origin"}
ROLES = ("viewer", "user", "op", "admin")
"""Of SimpleAuthManager: viewer looks, user acts, op and admin set up."""


@pytest.fixture(scope="session", autouse=True)
def auth_manager() -> None:
    """Airflow makes it when the api-server starts."""
    create_auth_manager()


@contextmanager
def read_by_pages(dsn: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the pages read this ledger during the block."""
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", dsn.replace("postgresql://", "postgres://"))
    database._pool.cache_clear()
    yield
    database._pool().close()
    database._pool.cache_clear()


@pytest.fixture
def ledger(ledger_dsn: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """The ledger that the pages read, which the test may fill."""
    with read_by_pages(ledger_dsn, monkeypatch), closing(connect(ledger_dsn)) as conn:
        yield Ledger(conn)


@pytest.fixture
def james_connection(demo_james_dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow's connection to that James."""
    monkeypatch.setenv("AIRFLOW_CONN_JAMES_DB", demo_james_dsn.replace("postgresql://", "postgres://"))


@pytest.fixture
def client(ledger: Ledger) -> Iterator[TestClient]:
    """A browser that is signed out until `sign_in`."""
    with TestClient(pages, follow_redirects=False, raise_server_exceptions=False) as browser:
        browser.headers.update(OWN)
        yield browser
    pages.dependency_overrides.clear()


@pytest.fixture
def sign_in() -> Callable[[str], None]:
    """Sign in with a role of SimpleAuthManager."""

    def sign_in(role: str) -> None:
        pages.dependency_overrides[get_user] = lambda: SimpleAuthManagerUser(username=role, role=role)

    return sign_in


@pytest.fixture
def public_client(ledger: Ledger) -> TestClient:
    """Somebody without a login, on the address of signed links."""
    return TestClient(public, follow_redirects=False, raise_server_exceptions=False, headers=OWN)

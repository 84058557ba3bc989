"""Exact beside the pages: a simulator that the connection `exact_online` names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.fernet import Fernet
from fastapi import Response
from fastapi.testclient import TestClient

from dev.demo.practices import demo_settings
from exact_online.web.leaving import CONSENT_COOKIE, LINK_COOKIE
from exact_online.web.public import public
from exact_online.web.public_access import airflow_user
from simulator import running, world_from_seed
from simulator.people import User
from simulator.world import World
from tests.link.scopes import grant_only

BASE_URL = "https://airflow.example.org/prefix"
CALLBACK = f"{BASE_URL}/exact-online-links/consent"
AGREE = {"agreed": "yes"}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An Exact with the demo's divisions and our app, whose users agree at once."""
    world = world_from_seed(demo_settings())
    grant_only(world)
    world.app.redirect_uri = CALLBACK
    world.auto_consent = True
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", f"{BASE_URL}/")
    monkeypatch.setenv("AIRFLOW__API__SECRET_KEY", "of the tests alone")
    with running(world) as url:
        connection = {
            "conn_type": "exact_online",
            "host": url,
            "login": world.app.client_id,
            "password": world.app.client_secret,
            "extra": {"token_keys": Fernet.generate_key().decode()},
        }
        monkeypatch.setenv("AIRFLOW_CONN_EXACT_ONLINE", json.dumps(connection))
        yield world


@pytest.fixture(autouse=True)
def _nobody_signed_in() -> Iterator[None]:
    yield
    public.dependency_overrides.clear()


def come_back_as(user: object | None) -> None:
    """Let Airflow's cookie be this user's, at the public pages."""
    public.dependency_overrides[airflow_user] = lambda: user


def only_user(world: World, user: User) -> None:
    """Let this user be the one who agrees."""
    others = {key: known for key, known in world.users.items() if known is not user}
    world.users.clear()
    world.users.update({user.id: user, **others})


def at_exact(departure: Response) -> dict[str, str]:
    """Agree at Exact; return what it sends the browser back with."""
    assert departure.status_code == 303, departure.text
    answer = httpx.get(departure.headers["location"], trust_env=False)
    assert answer.status_code == 302, answer.text
    target = answer.headers["location"]
    assert target.startswith(f"{CALLBACK}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}


def carried(answer: Response, name: str = CONSENT_COOKIE) -> str:
    """The secret that an answer lets the browser keep, hidden from scripts and other sites."""
    cookie = SimpleCookie(answer.headers["set-cookie"])[name]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "lax"
    assert cookie["path"] == "/exact-online-links"
    return cookie.value


def come_back(public_client: TestClient, departure: Response) -> Response:
    """Agree at Exact and come back in the same browser."""
    public_client.cookies.set(CONSENT_COOKIE, carried(departure))
    answer = public_client.get("/consent", params=at_exact(departure))
    if LINK_COOKIE in answer.headers.get("set-cookie", ""):
        public_client.cookies.set(LINK_COOKIE, carried(answer, LINK_COOKIE))
    return answer

"""Nobody sees a page without the right, and no other site changes anything through a person."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

import exact_online_plugin
from dev.local.places import ROOT
from exact_online.web.access import SAFE_METHODS, Right, guard
from exact_online.web.pages import make_pages, pages
from exact_online.web.public import public
from tests.web.conftest import ROLES

RIGHTS_OF_ROLE = {
    "viewer": {Right.LOOK},
    "user": {Right.LOOK, Right.ACT},
    "op": set(Right),
    "admin": set(Right),
}
FOREIGN = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
]


def _api_routes(app: FastAPI) -> list[APIRoute]:
    return [route for route in app.routes if isinstance(route, APIRoute)]


def _calls(app: FastAPI) -> Iterator[tuple[str, str, APIRoute]]:
    for route in _api_routes(app):
        path = re.sub(r"\{\w+(:\w+)?\}", "1", route.path.replace("{practice}", "noorderlicht"))
        for method in sorted(route.methods):
            yield method, path, route


CALLS = list(_calls(pages))
CHANGES = [call for call in CALLS if call[0] not in SAFE_METHODS]
IDS = [f"{method} {path}" for method, path, _ in CALLS]
CHANGE_IDS = [f"{method} {path}" for method, path, _ in CHANGES]


def test_each_route_passes_the_guard_and_states_a_right() -> None:
    """add_route, mount and websockets would slip past the dependencies of an app."""
    routes = [route for route in pages.routes if getattr(route, "path", None) != "/static"]
    assert routes == _api_routes(pages)
    for route in _api_routes(pages):
        assert guard in {each.call for each in route.dependant.dependencies}, route.path
        assert isinstance(getattr(route.endpoint, "right", None), Right), route.path


def test_the_public_app_has_no_other_mounts() -> None:
    """What it serves is walked by its own tests."""
    assert [route.path for route in public.routes if not isinstance(route, APIRoute)] == ["/static"]


@pytest.mark.parametrize(("method", "path", "route"), CALLS, ids=IDS)
def test_nobody_gets_nothing(client: TestClient, method: str, path: str, route: APIRoute) -> None:
    assert client.request(method, path).status_code == 401


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "path", "route"), CALLS, ids=IDS)
def test_a_role_reaches_what_its_right_allows(
    client: TestClient, sign_in: Callable[[str], None], method: str, path: str, route: APIRoute, role: str
) -> None:
    """403 exactly where the route needs more than the role has."""
    sign_in(role)
    answer = client.request(method, path, headers={"accept-language": "en"})
    denied = "You do not have the right" in answer.text
    assert (answer.status_code == 403 and denied) == (route.endpoint.right not in RIGHTS_OF_ROLE[role])


@pytest.mark.parametrize("right", Right)
def test_operators_read_what_each_right_opens(right: Right) -> None:
    """The table in docs/operations.md: the first word of an address behind that of the practice."""
    routes = [route for route in _api_routes(pages) if getattr(route.endpoint, "right", None) is right]
    opened = {f"{route.path.removeprefix('/practices/{practice}')}/".split("/")[1] for route in routes}
    text = (ROOT / "docs/operations.md").read_text("utf-8")
    row = re.search(rf"^\| {right.value.replace('_', ' ')} \|.*\|(.*)\|$", text, re.MULTILINE)
    assert row
    assert set(re.findall(r"`([^`]+)`", row[1])) == opened - {""}


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize(("method", "path", "route"), CHANGES, ids=CHANGE_IDS)
def test_another_site_changes_nothing(
    client: TestClient,
    sign_in: Callable[[str], None],
    method: str,
    path: str,
    route: APIRoute,
    headers: dict[str, str],
) -> None:
    sign_in("admin")
    del client.headers["sec-fetch-site"]
    answer = client.request(method, path, headers=headers)
    assert answer.status_code == 403


def test_a_route_that_states_no_right_is_closed(sign_in: Callable[[str], None]) -> None:
    """Also for an administrator: default deny."""
    app = make_pages()

    @app.get("/forgotten")
    def forgotten() -> str:
        return "seen"

    app.dependency_overrides = pages.dependency_overrides
    sign_in("admin")
    answer = TestClient(app, raise_server_exceptions=False).get("/forgotten")
    assert answer.status_code == 403
    assert "seen" not in answer.text


def test_each_answer_has_the_headers(client: TestClient, sign_in: Callable[[str], None]) -> None:
    """Also errors and static files: nothing inline, framed by our own host alone, not stored."""
    sign_in("viewer")
    for path in ("/", "/practices/nobody", "/unknown", "/static/style.css", "/static/none.css"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "frame-ancestors 'self'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_a_large_body_is_not_read(client: TestClient, sign_in: Callable[[str], None]) -> None:
    """Before any dependency: also of somebody without a login."""
    assert client.post("/", content=b"x" * 6_000_000).status_code == 413


def test_a_page_leads_to_the_login_and_back(client: TestClient) -> None:
    answer = client.get("/practices/noorderlicht?x=1", headers={"sec-fetch-dest": "document"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/auth/login?next=%2Fpractices%2Fnoorderlicht%3Fx%3D1"
    framed = client.get("/", headers={"sec-fetch-dest": "iframe"})
    assert framed.status_code == 401
    assert 'target="_top"' in framed.text
    assert client.get("/", headers={"hx-request": "true"}).headers["hx-refresh"] == "true"


def test_a_task_does_not_load_the_pages() -> None:
    """Every task process of Airflow imports the plugin module: it must cost nothing there."""
    code = (
        "import sys, exact_online_plugin; "
        "found = {'exact_online.web', 'fastapi', 'openpyxl', 'psycopg_pool'} & set(sys.modules); "
        "assert not found, found"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_pages_that_can_not_be_loaded_do_not_keep_the_api_server_from_starting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Tasks need the api-server: then the pages say so, and Airflow runs."""
    monkeypatch.setitem(sys.modules, "exact_online.web.pages", None)
    for app in exact_online_plugin.ExactOnlinePages().fastapi_apps:
        answer = TestClient(app["app"]).get("/practices/zuid")
        assert answer.status_code == 503
        assert "log says why" in answer.text

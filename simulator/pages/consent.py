"""``/api/oauth2/auth``: a user gives consent for some divisions (facts 2.1 to 2.3)."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from simulator.pages.current import CurrentWorld
from simulator.pages.rendering import render_page
from simulator.people import App
from simulator.world import World

PATH = "/api/oauth2/auth"


class _Denied(Exception):
    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


router = APIRouter(include_in_schema=False)


@router.get(PATH)
def show_consent(request: Request, world: CurrentWorld) -> Response:
    """Show the consent page, or send the browser back at once when that is switched on."""
    asked = dict(request.query_params)
    try:
        app = _check_request(world, asked)
    except _Denied as denied:
        return PlainTextResponse(str(denied), denied.status)
    if world.auto_consent:
        return _redirect_back(world, app, asked.get("state"), world.user.id, sorted(world.user.divisions))
    shown = {"app": app, "asked": asked, "users": world.users.values(), "divisions": world.divisions}
    return HTMLResponse(render_page("consent.html", world, **shown))


@router.post(PATH)
def give_consent(
    world: CurrentWorld,
    client_id: Annotated[str, Form()],
    redirect_uri: Annotated[str, Form()],
    user: Annotated[str, Form()],
    state: Annotated[str | None, Form()] = None,
    division: Annotated[list[int] | None, Form()] = None,
) -> Response:
    """Send the browser back with a code for the chosen user and divisions."""
    try:
        app = _check_request(
            world, {"client_id": client_id, "redirect_uri": redirect_uri, "response_type": "code"}
        )
    except _Denied as denied:
        return PlainTextResponse(str(denied), denied.status)
    if user not in world.users or not division:
        return PlainTextResponse("Kies een gebruiker en minstens één administratie.", 400)
    return _redirect_back(world, app, state, user, division)


def _check_request(world: World, asked: dict[str, str]) -> App:
    app = world.authority.apps.get(asked.get("client_id", ""))
    if app is None:
        raise _Denied(400, "Onbekende app: client_id is niet geregistreerd.")
    uri = asked.get("redirect_uri", "")
    if not uri.startswith("https://") and world.switches.plain_http_redirect == "rejected":
        raise _Denied(401, "redirect_uri moet met https:// beginnen.")
    if uri != app.redirect_uri:
        raise _Denied(401, f"redirect_uri is niet de geregistreerde: {app.redirect_uri}")
    if asked.get("response_type") != "code":
        raise _Denied(400, "response_type moet code zijn.")
    return app


def _redirect_back(world: World, app: App, state: str | None, user: str, divisions: list[int]) -> Response:
    code = world.consent(world.users[user], set(divisions), app)
    query = urlencode({"code": code} | ({"state": state} if state else {}))
    return RedirectResponse(f"{app.redirect_uri}{'&' if '?' in app.redirect_uri else '?'}{query}", 302)

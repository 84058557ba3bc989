"""The call log and the switchboard: clock, limits, faults, switches, periods and users by hand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from simulator.clock import AMSTERDAM
from simulator.faults import KINDS
from simulator.pages import acts
from simulator.pages.current import CurrentWorld
from simulator.pages.rendering import render_page
from simulator.people import App
from simulator.switches import choices
from simulator.world import World

PATH = "/schakelbord"
ENDPOINTS = (
    "*", "salesentry/SalesEntries", "generaljournalentry/GeneralJournalEntries",
    "crm/Accounts", "crm/Contacts", "crm/BankAccounts", "financialtransaction/TransactionLines",
    "sync/CRM/Accounts", "oauth2/token", "current/Me", "docs/XMLUpload",
)  # fmt: skip
Text = Annotated[str, Form()]


router = APIRouter(include_in_schema=False)


@router.get("/logboek")
def show_log(world: CurrentWorld) -> HTMLResponse:
    """Show the last calls, and what is used of the limits."""
    used = [
        (division, app, world.limits.used(app.client_id, division.code))
        for division in world.divisions.values()
        for app in _apps(world)
    ]
    with world.lock:
        calls = list(world.log)[-300:][::-1]
        return HTMLResponse(render_page("logboek.html", world, calls=calls, used=used, path="/logboek"))


@router.get(PATH)
def show_board(world: CurrentWorld) -> HTMLResponse:
    """Show the switchboard."""
    lists = {"kinds": KINDS, "endpoints": ENDPOINTS, "choices": choices()}
    return HTMLResponse(render_page("schakelbord.html", world, path=PATH, **lists))


@router.post(f"{PATH}/klok")
def move_clock(
    world: CurrentWorld, act: Text, at: Text = "", days: Text = "0", minutes: Text = "0"
) -> Response:
    """Move, stop or start the clock."""

    def move() -> None:
        when = dt.datetime.fromisoformat(at).replace(tzinfo=AMSTERDAM) if at else None
        frozen = {"stop": True, "loop": False}.get(act)
        steps = {"days": float(days or 0), "minutes": float(minutes or 0)}
        acts.move_clock(world, frozen=frozen, at=when, steps=steps)

    return _carry_out(world, move)


@router.post(f"{PATH}/limieten")
def set_limits(
    world: CurrentWorld,
    calls_per_minute: Text = "",
    calls_per_day: Text = "",
    errors_per_hour: Text = "",
    token_calls_per_day: Text = "",
) -> Response:
    """Set the limits."""

    def change() -> None:
        world.limits.calls_per_minute = _number(calls_per_minute)
        world.limits.calls_per_day = _number(calls_per_day)
        world.limits.errors_per_hour = _number(errors_per_hour)
        world.limits.token_calls_per_day = _number(token_calls_per_day)

    return _carry_out(world, change)


@router.post(f"{PATH}/storing")
def plan_fault(
    world: CurrentWorld,
    kind: Text,
    endpoint: Text = "*",
    method: Text = "",
    nth: Text = "1",
    times: Text = "1",
    practice: Text = "",
    containing: Text = "",
    settings: Text = "",
) -> Response:
    """Plan a fault."""

    def plan() -> None:
        acts.plan_fault(
            world,
            kind=kind,
            endpoint=endpoint or "*",
            method=method or None,
            nth=int(nth or 1),
            times=_number(times),
            practice=practice or None,
            containing=containing or None,
            settings=_settings(settings),
        )

    return _carry_out(world, plan)


@router.post(f"{PATH}/storingen-weg")
def clear_faults(world: CurrentWorld) -> Response:
    """Remove all planned faults."""
    return _carry_out(world, world.faults.clear)


@router.post(f"{PATH}/schakelaar")
def set_switch(world: CurrentWorld, name: Text, value: Text) -> Response:
    """Set one switch."""
    return _carry_out(world, lambda: world.switches.set(name, value))


@router.post(f"{PATH}/periode")
def set_period(world: CurrentWorld, division: Text, year: Text, period: Text, act: Text) -> Response:
    """Close or open a period."""

    def change() -> None:
        closed = act == "sluiten"
        acts.set_period(world.division(int(division)), int(year), int(period), "*", closed=closed)

    return _carry_out(world, change)


@router.post(f"{PATH}/gebruiker")
def change_user(world: CurrentWorld, user: Text, act: Text) -> Response:
    """Block or admit a user, withdraw the consent, or let the user only look."""

    def change() -> None:
        person = world.users[user]
        match act:
            case "blokkeren":
                person.denied_with = "BlockedUser"
            case "toelaten":
                person.denied_with = None
            case "intrekken":
                world.authority.withdraw(person.id)
            case "inzien":
                person.view_only = not person.view_only

    return _carry_out(world, change)


def _apps(world: World) -> list[App]:
    return list(world.authority.apps.values())


def _number(text: str) -> int | None:
    """Empty is no limit."""
    return int(text) if text.strip() else None


def _settings(text: str) -> dict[str, object]:
    found = json.loads(text) if text.strip() else {}
    if not isinstance(found, dict):
        raise ValueError('Instellingen zijn een JSON-object, bijvoorbeeld {"status": 503}.')
    return found


def _carry_out(world: World, act: Callable[[], object]) -> Response:
    """Carry out, and back to the board; one clear sentence when it can't be done."""
    try:
        with world.lock:
            act()
    except (ValueError, KeyError, OverflowError) as error:
        return PlainTextResponse(f"Dat kan niet: {error.args[0] if error.args else error}", 400)
    return RedirectResponse(PATH, 303)

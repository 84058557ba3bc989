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


def routes(world: World) -> APIRouter:
    """Return the routes of the call log and the switchboard."""
    router = APIRouter(include_in_schema=False)

    @router.get("/logboek")
    def log() -> HTMLResponse:
        used = [
            (division, app, world.limits.used(app.client_id, division.code))
            for division in world.divisions.values()
            for app in _apps(world)
        ]
        with world.lock:
            return HTMLResponse(
                render_page(
                    "logboek.html", world, calls=list(world.log)[-300:][::-1], used=used, path="/logboek"
                )
            )

    @router.get(PATH)
    def board() -> HTMLResponse:
        return HTMLResponse(
            render_page(
                "schakelbord.html", world, kinds=KINDS, endpoints=ENDPOINTS, choices=choices(), path=PATH
            )
        )

    @router.post(f"{PATH}/klok")
    def clock(act: Text, at: Text = "", days: Text = "0", minutes: Text = "0") -> Response:
        def move() -> None:
            when = dt.datetime.fromisoformat(at).replace(tzinfo=AMSTERDAM) if at else None
            frozen = {"stop": True, "loop": False}.get(act)
            acts.move_clock(
                world,
                frozen=frozen,
                at=when,
                steps={"days": float(days or 0), "minutes": float(minutes or 0)},
            )

        return _carry_out(world, move)

    @router.post(f"{PATH}/limieten")
    def limits(
        calls_per_minute: Text = "",
        calls_per_day: Text = "",
        errors_per_hour: Text = "",
        token_calls_per_day: Text = "",
    ) -> Response:
        def change() -> None:
            world.limits.calls_per_minute = _number(calls_per_minute)
            world.limits.calls_per_day = _number(calls_per_day)
            world.limits.errors_per_hour = _number(errors_per_hour)
            world.limits.token_calls_per_day = _number(token_calls_per_day)

        return _carry_out(world, change)

    @router.post(f"{PATH}/storing")
    def fault(
        kind: Text,
        endpoint: Text = "*",
        method: Text = "",
        nth: Text = "1",
        times: Text = "1",
        practice: Text = "",
        containing: Text = "",
        settings: Text = "",
    ) -> Response:
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
    def clear() -> Response:
        return _carry_out(world, world.faults.clear)

    @router.post(f"{PATH}/schakelaar")
    def switch(name: Text, value: Text) -> Response:
        return _carry_out(world, lambda: world.switches.set(name, value))

    @router.post(f"{PATH}/periode")
    def period(division: Text, year: Text, period: Text, act: Text) -> Response:
        return _carry_out(
            world,
            lambda: acts.set_period(
                world.division(int(division)), int(year), int(period), "*", closed=act == "sluiten"
            ),
        )

    @router.post(f"{PATH}/gebruiker")
    def user(user: Text, act: Text) -> Response:
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

    return router


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

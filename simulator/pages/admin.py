"""``/simulator/api``: what the switchboard does, for programs; see /simulator/openapi.json."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, HTTPException, Path, Query

from simulator.call_log import Call
from simulator.division import Division
from simulator.faults import KINDS, Fault
from simulator.pages import acts
from simulator.pages.admin_models import (
    ClockMove,
    Code,
    Count,
    FaultPlan,
    LimitsChange,
    PeriodChange,
    Text,
    UserChange,
)
from simulator.pages.current import CurrentWorld
from simulator.people import User
from simulator.switches import choices
from simulator.world import World

PREFIX = "/simulator/api"
_ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"description": "The body can't be read."},
    409: {"description": "Not possible; `detail` says why."},
    404: {"description": "There is no such thing."},
}


router = APIRouter(prefix=PREFIX, responses=_ERRORS, tags=["simulator"])


def current_division(world: CurrentWorld, code: Code) -> Division:
    """Return the division of the path; 404 when there is none."""
    if code not in world.divisions:
        raise HTTPException(404, f"There is no division {code}.")
    return world.divisions[code]


CurrentDivision = Annotated[Division, Depends(current_division)]


@router.get("/state")
def state(world: CurrentWorld) -> dict[str, Any]:
    """Return clock, limits, switches and divisions."""
    with world.lock:
        return acts.state(world)


@router.post("/clock")
def move_clock(world: CurrentWorld, move: ClockMove) -> dict[str, Any]:
    """Move, stop or start the clock."""
    steps = {"days": move.days, "hours": move.hours, "minutes": move.minutes, "seconds": move.seconds}
    with world.lock, _translate_errors():
        acts.move_clock(world, frozen=move.frozen, at=move.at, steps=steps)
        return acts.state(world)


@router.get("/switches")
def switches(world: CurrentWorld) -> dict[str, Any]:
    """Return each switch with its value and choices."""
    return {
        name: {"value": getattr(world.switches, name), "choices": values}
        for name, values in choices().items()
    }


@router.put("/switches/{name}")
def set_switch(
    world: CurrentWorld, name: Text, value: Annotated[str, Body(embed=True, max_length=200)]
) -> dict[str, str]:
    """Set one switch."""
    with world.lock, _translate_errors():
        world.switches.set(name, value)
        return world.switches.as_dict()


@router.put("/limits")
def set_limits(world: CurrentWorld, change: LimitsChange) -> dict[str, Any]:
    """Set the limits."""
    with world.lock:
        for name, value in change.model_dump().items():
            setattr(world.limits, name, value)
        return acts.state(world)


@router.get("/faults")
def faults(world: CurrentWorld) -> dict[str, Any]:
    """Return the kinds of faults and the plan."""
    with world.lock:
        return {"kinds": KINDS, "plan": [_fault(fault) for fault in world.faults.plan]}


@router.post("/faults", status_code=201)
def plan_fault(world: CurrentWorld, plan: FaultPlan) -> dict[str, Any]:
    """Plan a fault."""
    with world.lock, _translate_errors():
        return _fault(acts.plan_fault(world, **plan.model_dump()))


@router.delete("/faults", status_code=204)
def clear_faults(world: CurrentWorld) -> None:
    """Remove all planned faults."""
    with world.lock:
        world.faults.clear()


@router.delete("/faults/{fault_id}", status_code=204)
def remove_fault(world: CurrentWorld, fault_id: Code) -> None:
    """Remove one planned fault."""
    with world.lock:
        if not world.faults.remove(fault_id):
            raise HTTPException(404, f"There is no fault {fault_id}.")


@router.post("/land")
def land(world: CurrentWorld) -> dict[str, int]:
    """Carry out now whatever a slow_commit postponed."""
    with world.lock:
        return {"landed": world.faults.land(everything=True)}


@router.put("/chance", status_code=204)
def seed(world: CurrentWorld, number: Annotated[Count, Body(embed=True)]) -> None:
    """Make chance repeat itself from here."""
    with world.lock:
        world.faults.seed(number)


@router.get("/calls")
def calls(world: CurrentWorld, limit: Annotated[int, Query(ge=1, le=2000)] = 100) -> list[Call]:
    """Return the last calls, oldest first."""
    with world.lock:
        return list(world.log)[-limit:]


@router.get("/divisions")
def divisions(world: CurrentWorld) -> list[dict[str, Any]]:
    """Return all divisions."""
    with world.lock:
        return [acts.division_state(division) for division in world.divisions.values()]


@router.put("/divisions/{code}/periods")
def set_period(world: CurrentWorld, division: CurrentDivision, change: PeriodChange) -> dict[str, Any]:
    """Close or open a period."""
    with world.lock, _translate_errors():
        acts.set_period(division, change.year, change.period, change.journal, closed=change.closed)
        return acts.division_state(division)


@router.put("/divisions/{code}/years/{year}")
def open_year(
    world: CurrentWorld, division: CurrentDivision, year: Annotated[int, Path(ge=1900, le=9998)]
) -> dict[str, Any]:
    """Add a financial year."""
    with world.lock:
        acts.open_year(division, year)
        return acts.division_state(division)


@router.delete("/divisions/{code}/years/{year}")
def remove_year(
    world: CurrentWorld, division: CurrentDivision, year: Annotated[int, Path(ge=1900, le=9998)]
) -> dict[str, Any]:
    """Remove a financial year."""
    with world.lock:
        division.remove_year(year)
        return acts.division_state(division)


@router.put("/divisions/{code}/relations/{relation}")
def change_relation(
    world: CurrentWorld,
    division: CurrentDivision,
    relation: Text,
    act: Annotated[acts.RelationAct, Body(embed=True)],
) -> dict[str, Any]:
    """Block, unblock or delete a relation by hand."""
    with world.lock, _translate_errors(404):
        acts.change_relation(division, relation, act)
        return acts.division_state(division)


@router.put("/divisions/{code}/entries/{entry_id}")
def change_entry(
    world: CurrentWorld,
    division: CurrentDivision,
    entry_id: Text,
    act: Annotated[acts.EntryAct, Body(embed=True)],
) -> dict[str, Any]:
    """Process or delete an entry by hand."""
    with world.lock, _translate_errors(404):
        acts.change_entry(division, entry_id, act)
        return acts.division_state(division)


@router.get("/divisions/{code}/audit")
def audit(world: CurrentWorld, division: CurrentDivision) -> dict[str, Any]:
    """Return the auditor's findings about a division."""
    with world.lock:
        return acts.audit(world, division)


@router.post("/divisions/{code}/audit/remember", status_code=204)
def remember(world: CurrentWorld, division: CurrentDivision) -> None:
    """Take what is in the books as other people's."""
    with world.lock:
        world.auditor.remember(division)


@router.get("/users")
def users(world: CurrentWorld) -> list[dict[str, Any]]:
    """Return all users."""
    with world.lock:
        return [acts.user_state(user) for user in world.users.values()]


@router.post("/users", status_code=201)
def add_user(world: CurrentWorld, change: UserChange) -> dict[str, Any]:
    """Add a user."""
    with world.lock:
        user = User(
            **{**change.model_dump(), "divisions": set(change.divisions)},
            current_division=min(change.divisions, default=None),
        )
        return acts.user_state(world.add_user(user))


@router.put("/users/{user_id}")
def change_user(world: CurrentWorld, user_id: Text, change: UserChange) -> dict[str, Any]:
    """Change a user."""
    with world.lock:
        user = _user(world, user_id)
        for name, value in {**change.model_dump(), "divisions": set(change.divisions)}.items():
            setattr(user, name, value)
        return acts.user_state(user)


@router.delete("/users/{user_id}/consent", status_code=204)
def withdraw(world: CurrentWorld, user_id: Text) -> None:
    """Withdraw a user's consent."""
    with world.lock:
        world.authority.withdraw(_user(world, user_id).id)


def _user(world: World, user_id: str) -> User:
    if user_id not in world.users:
        raise HTTPException(404, f"There is no user {user_id}.")
    return world.users[user_id]


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        **vars(fault),
        "settings": {name: value for name, value in fault.settings.items() if not callable(value)},
    }


@contextmanager
def _translate_errors(status: int = 409) -> Iterator[None]:
    """Turn what can't be done into an HTTP error with its sentence."""
    try:
        yield
    except (ValueError, KeyError, OverflowError) as error:
        raise HTTPException(status, str(error.args[0] if error.args else error)) from None

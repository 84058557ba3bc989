"""What the switchboard and the admin API can do to a world; called under its lock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

from simulator.accounting import journal, sales
from simulator.clock import AMSTERDAM
from simulator.division import Division
from simulator.faults import Fault
from simulator.people import User
from simulator.rejections import Rejection
from simulator.world import World

RelationAct = Literal["block", "unblock", "delete"]
EntryAct = Literal["process", "delete"]
EARLIEST, LATEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC), dt.datetime(2500, 1, 1, tzinfo=dt.UTC)
_NEEDED = {"close_period": ("year", "period"), "delete_relation": ("code",), "block_relation": ("code",)}
_NUMBERS = {"seconds", "wait_seconds", "status", "year", "period"}


def state(world: World) -> dict[str, Any]:
    """Return clock, limits, switches and divisions as JSON values."""
    return {
        "now": world.clock.now().astimezone(AMSTERDAM).isoformat(),
        "frozen": world.clock.frozen,
        "limits": {
            name: getattr(world.limits, name)
            for name in ("calls_per_minute", "calls_per_day", "errors_per_hour", "token_calls_per_day")
        },
        "switches": world.switches.as_dict(),
        "divisions": [division_state(division) for division in world.divisions.values()],
    }


def division_state(division: Division) -> dict[str, Any]:
    """Return what is in a division as JSON values."""
    return {
        "code": division.code,
        "name": division.name,
        "practice": division.practice,
        "rows": {name: len(table) for name, table in division.tables.items()},
        "years": sorted({row["FinYear"] for row in division["FinancialPeriods"]}),
        "closed": [
            {"journal": journal_code, "year": year, "period": period}
            for journal_code, year, period in sorted(division.closed)
        ],
    }


def user_state(user: User) -> dict[str, Any]:
    """Return a user as JSON values."""
    return {**vars(user), "divisions": sorted(user.divisions)}


def audit(world: World, division: Division) -> dict[str, Any]:
    """Return the auditor's findings as JSON values; totals in cents."""
    auditor = world.auditor
    return {
        "entries_per_reference": dict(auditor.entries_per_reference(division)),
        "totals_per_account": [
            {"account": code, "year": year, "period": period, "cents": total}
            for (code, year, period), total in sorted(auditor.totals_per_account(division).items())
        ],
        "totals_per_vat_code": [
            {"vat_code": code, "year": year, "period": period, "base_cents": base, "vat_cents": tax}
            for (code, year, period), (base, tax) in sorted(auditor.totals_per_vat_code(division).items())
        ],
        "trial_balance_cents": auditor.trial_balance(division),
        "unbalanced": auditor.unbalanced(division),
        "touched": auditor.touched(division),
    }


def move_clock(
    world: World, *, frozen: bool | None, at: dt.datetime | None, steps: Mapping[str, float]
) -> None:
    """Move the clock; ValueError when the time has no zone or lies outside of 1990-2500."""
    now = world.clock.now()
    if at is not None and at.tzinfo is None:
        raise ValueError("The time has no time zone; add one, for instance +01:00.")
    wanted = (at or now) + dt.timedelta(**steps)
    if not EARLIEST <= wanted <= LATEST:
        raise ValueError("The clock stays between 1990 and 2500.")
    if frozen is not None:
        (world.clock.freeze if frozen else world.clock.run)()
    if at is not None:
        world.clock.set(at)
    world.clock.advance(**steps)


def plan_fault(world: World, *, kind: str, settings: Mapping[str, Any], **address: Any) -> Fault:
    """Plan a fault and return it.

    ValueError when a setting is missing, or no number where it must be one.
    """
    if kind == "call":
        raise ValueError("A call of your own can only be planned in the same process.")
    missing = [name for name in _NEEDED.get(kind, ()) if name not in settings]
    if missing:
        raise ValueError(f"Fault {kind} needs {' and '.join(missing)}.")
    wrong = [
        name
        for name in _NUMBERS & settings.keys()
        if isinstance(settings[name], bool) or not isinstance(settings[name], int | float)
    ]
    if wrong or address.keys() & settings.keys():
        raise ValueError(
            f"Not a setting, or not a number: {', '.join(wrong or sorted(address.keys() & settings.keys()))}."
        )
    if not 200 <= settings.get("status", 500) <= 599:
        raise ValueError("A status lies between 200 and 599.")
    return world.faults.add(kind, **address, **settings)


def set_period(division: Division, year: int, period: int, journal_code: str, *, closed: bool) -> None:
    """Close or open a period; ValueError when there is no such period."""
    if not division.has_period(year, period):
        raise ValueError(f"Division {division.code} has no period {year} - {period}.")
    (division.close_period if closed else division.reopen_period)(year, period, journal_code)


def open_year(division: Division, year: int) -> None:
    """Add a financial year unless it is there."""
    if not division.has_period(year, 1):
        division.open_year(year)


def change_relation(division: Division, code: str, act: RelationAct) -> None:
    """Block, unblock or delete a relation by hand, entries or not; KeyError when there is none."""
    row = division.relation(code)
    if act == "delete":
        division.delete("Accounts", row["ID"])
        return
    row["Blocked"] = act == "block"
    division.save("Accounts", row)


def change_entry(division: Division, entry_id: str, act: EntryAct) -> None:
    """Process or delete an entry as a bookkeeper does.

    KeyError when there is none, ValueError when it is processed already.
    """
    table = "SalesEntries" if division["SalesEntries"].get(entry_id) else "GeneralJournalEntries"
    entry = division[table].get(entry_id)
    if entry is None:
        raise KeyError(f"Division {division.code} has no entry {entry_id}.")
    if act == "process":
        division.process_entry(table, entry)
        return
    try:
        (sales if table == "SalesEntries" else journal).remove(division, entry, None)
    except Rejection as rejection:
        raise ValueError(rejection.messages[0][1]) from None

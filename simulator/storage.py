"""The optional SQLite file: what changed is saved after every request, for after a restart."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from pathlib import Path
from typing import Any

from simulator.division import Division
from simulator.oauth import Grant
from simulator.people import App, User
from simulator.world import World

_SCHEMA = """
create table if not exists division_row (
    division integer, "table" text, key text, document text, primary key (division, "table", key)
) without rowid;
create table if not exists state (name text primary key, document text) without rowid;
"""
_PRIVATE = ("_indexed", "_version")


class Storage:
    """The SQLite file of one world. Opening a file of another kind raises sqlite's own error."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.executescript(_SCHEMA)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")

    @property
    def empty(self) -> bool:
        """Return whether nothing has been saved yet."""
        return self._connection.execute("select 1 from state").fetchone() is None

    def attach(self, world: World) -> None:
        """Save everything now, and from here on what changes."""
        world.shared.changed_rows |= {
            (division.code, name, key): None
            for division in world.divisions.values()
            for name, table in division.tables.items()
            for key in table.rows
        }
        self.save(world)

    def save(self, world: World) -> None:
        """Save the rows that changed and the small rest, in one transaction."""
        self._connection.execute("begin")
        for code, table, key in world.shared.changed_rows:
            row = world.divisions[code][table].get(key)
            if row is None:
                self._connection.execute(
                    'delete from division_row where division = ? and "table" = ? and key = ?',
                    (code, table, key),
                )
            else:
                kept = json.dumps({name: value for name, value in row.items() if name not in _PRIVATE})
                self._connection.execute(
                    "insert or replace into division_row values (?, ?, ?, ?)", (code, table, key, kept)
                )
        for name, document in _state(world).items():
            self._connection.execute(
                "insert or replace into state values (?, ?)", (name, json.dumps(document))
            )
        self._connection.execute("commit")
        world.shared.changed_rows.clear()

    def load(self, world: World) -> None:
        """Fill an empty world with what the file holds."""
        state = {
            name: json.loads(text)
            for name, text in self._connection.execute("select name, document from state")
        }
        for user in state["users"]:
            world.add_user(User(**{**user, "divisions": set(user["divisions"])}))
        for app in state["apps"]:
            sets = {name: set(app[name]) for name in ("unreadable_scopes", "unwritable_scopes")}
            world.authority.apps[app["client_id"]] = App(**{**app, **sets})
        for division in state["divisions"]:
            _load_division(world, division)
        rows = self._connection.execute('select division, "table", document from division_row')
        for code, table, row in sorted(
            ((code, table, json.loads(text)) for code, table, text in rows),
            key=lambda each: each[2]["Timestamp"],
        ):
            world.divisions[code][table].put(row)
        for division in world.divisions.values():
            _load_numbers(division)
        _load_tokens(world, state["grants"], state["spent"])
        for name, value in state["switches"].items():
            world.switches.set(name, value)
        world.shared.changed_rows.clear()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _state(world: World) -> dict[str, Any]:
    return {
        "users": [{**asdict(user), "divisions": sorted(user.divisions)} for user in world.users.values()],
        "apps": [
            {
                **asdict(app),
                "unreadable_scopes": sorted(app.unreadable_scopes),
                "unwritable_scopes": sorted(app.unwritable_scopes),
            }
            for app in world.authority.apps.values()
        ],
        "divisions": [_division_state(division) for division in world.divisions.values()],
        "grants": [
            {**asdict(grant), "divisions": sorted(grant.divisions)}
            for grant in world.authority.grants.values()
        ],
        "spent": sorted(world.authority.spent),
        "switches": world.switches.as_dict(),
    }


def _division_state(division: Division) -> dict[str, Any]:
    return {
        "code": division.code,
        "name": division.name,
        "practice": division.practice,
        "customer": division.customer,
        "created": division.created,
        "denied_with": division.denied_with,
        "default_payment_condition": division.default_payment_condition,
        "titles": sorted(division.titles),
        "registered": division.registered,
        "closed": sorted(division.closed),
        "version": division.version,
    }


def _load_division(world: World, state: dict[str, Any]) -> None:
    division = world.add_division(state["name"], state["practice"], state["code"])
    for name in ("customer", "created", "denied_with", "default_payment_condition", "version"):
        setattr(division, name, state[name])
    division.titles = set(state["titles"])
    division.registered = state.get("registered", {})
    division.closed = {(journal, year, period) for journal, year, period in state["closed"]}


def _load_numbers(division: Division) -> None:
    for entry in division["SalesEntries"]:
        division.taken_numbers(entry["Journal"], entry["ReportingYear"]).add(entry["EntryNumber"])
    for entry in division["GeneralJournalEntries"]:
        division.taken_numbers(entry["JournalCode"], entry["FinancialYear"]).add(entry["EntryNumber"])


def _load_tokens(world: World, grants: list[dict[str, Any]], spent: list[str]) -> None:
    authority = world.authority
    for state in grants:
        grant = Grant(**{**state, "divisions": frozenset(state["divisions"])})
        authority.grants[grant.client_id, grant.user_id] = grant
        authority.refresh[grant.refresh] = grant
        if grant.previous_refresh:
            authority.refresh[grant.previous_refresh] = grant
        authority.access[grant.access] = (grant, grant.issued_at + 600)
    authority.spent = set(spent)

"""Divisions with their lists, one user and one app, from the seed document (docs/simulator.md)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from simulator import records
from simulator.clock import Clock, milliseconds
from simulator.contract import CONTRACT
from simulator.division import Division
from simulator.people import User
from simulator.switches import Switches
from simulator.tables import Row
from simulator.world import World

_DATES = ("StartDate", "EndDate")
_LISTS = ("GLAccounts", "VATCodes", "PaymentConditions", "Journals", "Accounts", "Contacts")
_LINKS = {
    "GLToPayCode": "GLToPay",
    "GLToClaimCode": "GLToClaim",
    "GLAccountCode": "GLAccount",
    "GLARCode": "GLAR",
}
"""A code in the document -> the property that holds the id of that G/L account."""
_COUNTRY_CURRENCY = {"Code": "EUR", "Description": "Euro", "AmountPrecision": 2.0, "PricePrecision": 5.0}


class BadSeed(ValueError):
    """The document is not what the simulator can be seeded with.

    The message names the place and the cure.
    """


def world_from_seed(
    document: dict[str, Any], *, clock: Clock | None = None, switches: Switches | None = None
) -> World:
    """Return a new world filled from a seed document (docs/simulator.md).

    BadSeed says what is wrong with it.
    """
    world = World(clock=clock, switches=switches)
    seed_world(world, document)
    return world


def seed_world(world: World, document: dict[str, Any]) -> None:
    """Add a division per practice, one user who may use all, and one registered app.

    BadSeed says what is wrong.
    """
    practices = document.get("practices")
    if not isinstance(practices, list) or not practices:
        raise BadSeed('The seed document has no "practices": give it a list with at least one practice.')
    for practice in practices:
        seed_practice(world, practice)
    if not world.users:
        codes = set(world.divisions)
        world.add_user(User("accountant", "Anna Accountant", divisions=codes, current_division=min(codes)))
    if not world.authority.apps:
        world.register_app()


def seed_practice(world: World, practice: dict[str, Any]) -> Division:
    """Add the division of one practice and return it; BadSeed says what is wrong."""
    name = practice.get("division_name") or practice.get("practice")
    if not name:
        raise BadSeed('A practice in the seed document has neither "practice" nor "division_name".')
    division = world.add_division(name, practice.get("practice"), practice.get("division"))
    division.titles |= set(practice.get("Titles", ()))
    division.default_payment_condition = practice.get("DefaultPaymentCondition")
    division.add("Currencies", dict(_COUNTRY_CURRENCY))
    for year in practice.get("FinancialYears", ()):
        division.open_year(int(year))
    for period in practice.get("FinancialPeriods", ()):
        division.add_period(
            period["FinYear"], period["FinPeriod"], _day(period["StartDate"]), _day(period["EndDate"])
        )
    late: list[tuple[Row, str]] = []
    for table in _LISTS:
        for given in practice.get(table, ()):
            _add_row(division, table, given, late)
    for row, code in late:
        row["VATCode"] = CONTRACT["VATCodes"].properties["Code"].padded(code)
    world.auditor.remember(division)
    return division


def _add_row(division: Division, table: str, given: dict[str, Any], late: list[tuple[Row, str]]) -> None:
    values = dict(given)
    default_vat = values.pop("VATCode", None) if table == "GLAccounts" else None
    percentages = _percentages(values) if table == "VATCodes" else []
    row = records.create(division, table, _as_row(division, table, values), None)
    for percentage in percentages:
        records.add_percentage(division, row, percentage)
    if default_vat:
        late.append((row, default_vat))


def _percentages(values: dict[str, Any]) -> list[Row]:
    """One percentage for all times, or a list with dates."""
    given = values.pop("VATPercentages", None)
    single = values.pop("Percentage", 0.0)
    if given is None:
        return [{"Percentage": float(single), "StartDate": 0}]
    return [
        {**each, **{name: milliseconds(_day(each[name])) for name in _DATES if each.get(name)}}
        for each in given
    ]


def _as_row(division: Division, table: str, values: dict[str, Any]) -> Row:
    properties = CONTRACT[table].properties
    kept: Row = {}
    for name, value in values.items():
        if name in _LINKS:
            kept[_LINKS[name]] = _gl_account(division, table, value)
        elif name == "AccountCode":
            kept["Account"] = division.relation(value)["ID"]
        elif name not in properties:
            raise BadSeed(
                f"{table} in the seed document of {division.name} has {name!r}, which Exact does not know. "
                "Leave it out."
            )
        else:
            kept[name] = properties[name].padded(value) if isinstance(value, str) else value
    return kept


def _gl_account(division: Division, table: str, code: str | None) -> str | None:
    if not code:
        return None
    account = division.find_by_code("GLAccounts", code)
    if account is None:
        raise BadSeed(
            f"{table} in the seed document of {division.name} names G/L account {code}, "
            "which is not in its GLAccounts."
        )
    return str(account["ID"])


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text[:10])

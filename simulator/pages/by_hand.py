"""What a bookkeeper does by hand in the books: forms on the pages of a division."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import PlainTextResponse, RedirectResponse, Response

from simulator.accounting import sales
from simulator.division import Division
from simulator.pages import acts
from simulator.pages.current import CurrentWorld
from simulator.rejections import Rejection
from simulator.tables import Row
from simulator.world import World

Text = Annotated[str, Form(max_length=200)]
SALES = 20
"""Type of a sales journal."""

router = APIRouter(include_in_schema=False)


@router.post("/boeken/{code}/grootboekrekening")
def block_account(world: CurrentWorld, code: int, account: Text, act: Text) -> Response:
    """Block a ledger account, or release it."""

    def change(division: Division) -> None:
        row = _found(division.find_by_code("GLAccounts", account), f"rekening {account}")
        division.save("GLAccounts", {**row, "IsBlocked": act == "blokkeren"})

    return _carry_out(world, code, "instellingen", change)


@router.post("/boeken/{code}/relatie")
def block_relation(world: CurrentWorld, code: int, relation: Text, act: Text) -> Response:
    """Block a relation, or release it."""

    def change(division: Division) -> None:
        acts.change_relation(division, relation, "block" if act == "blokkeren" else "unblock")

    return _carry_out(world, code, "relaties", change)


@router.post("/boeken/{code}/relaties")
def add_relation(world: CurrentWorld, code: int, number: Text, name: Text, postcode: Text = "") -> Response:
    """Add a customer."""

    def add(division: Division) -> None:
        if division.find_by_code("Accounts", number) is not None:
            raise ValueError(f"Relatie {number} is er al.")
        division.add(
            "Accounts",
            {"Code": number.strip().rjust(18), "Name": name, "Postcode": postcode or None, "Status": "C"},
        )

    return _carry_out(world, code, "relaties", add)


@router.post("/boeken/{code}/boekingen")
def enter(
    world: CurrentWorld,
    code: int,
    number: Text,
    reference: Text,
    day: Text,
    relation: Text,
    account: Text,
    amount: Text,
    vat_code: Text = "",
) -> Response:
    """Enter a sales entry of one line, with the first payment condition of the division."""

    def book(division: Division) -> None:
        gl_account = _found(division.find_by_code("GLAccounts", account), f"rekening {account}")
        journals = [row for row in division["Journals"] if row["Type"] == SALES]
        journal = _found(next(iter(journals), None), "verkoopboek")
        condition = next(iter(division["PaymentConditions"]), {"Code": None})
        line = {"GLAccount": gl_account["ID"], "VATCode": vat_code or None, "AmountFC": _euros(amount)}
        entry = {
            "Journal": journal["Code"],
            "Customer": division.relation(relation)["ID"],
            "EntryDate": _day(day),
            "EntryNumber": int(number),
            "YourRef": reference,
            "PaymentCondition": condition["Code"],
            "SalesEntryLines": [line],
        }
        sales.book(division, entry, None)

    return _carry_out(world, code, "boekingen", book)


@router.post("/boeken/{code}/boekingen/{entry_id}")
def change_entry(world: CurrentWorld, code: int, entry_id: str, act: Text, amount: Text = "") -> Response:
    """Delete an entry, or give the first line of a sales entry another amount."""

    def change(division: Division) -> None:
        if act == "verwijderen":
            acts.change_entry(division, entry_id, "delete")
            return
        _found(division["SalesEntries"].get(entry_id), "verkoopboeking")
        line = sales.lines_of(division, entry_id)[0]
        sales.change_line(division, line, {"AmountFC": _euros(amount)}, None)

    return _carry_out(world, code, "boekingen", change)


def _found(row: Row | None, what: str) -> Row:
    if row is None:
        raise KeyError(f"Er is geen {what}.")
    return row


def _euros(text: str) -> float:
    """Return an amount as people write it: 1.234,50 or 1234.50."""
    return float(text.replace(".", "").replace(",", ".") if "," in text else text)


def _day(text: str) -> int:
    """Return the milliseconds of a day, written as 2026-11-20."""
    day = dt.date.fromisoformat(text)
    return int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp() * 1000)


def _carry_out(world: World, code: int, tab: str, act: Callable[[Division], Any]) -> Response:
    """Carry out, and back to the page; one clear sentence when it can't be done."""
    if code not in world.divisions:
        raise HTTPException(404, f"Er is geen administratie {code}.")
    try:
        with world.lock:
            act(world.divisions[code])
    except Rejection as rejection:
        return PlainTextResponse(f"Dat kan niet: {rejection.messages[0][0]}", 400)
    except (ValueError, KeyError, OverflowError) as error:
        return PlainTextResponse(f"Dat kan niet: {error.args[0] if error.args else error}", 400)
    return RedirectResponse(f"/boeken/{code}/{tab}", 303)

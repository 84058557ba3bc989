"""What the people of a practice do: in James, in Exact and in the settings; and bad weather."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

from dev.demo.practices import settings_document
from simulator.accounting import sales
from simulator.tables import Row
from tests.link.james import Line
from tests.link.scopes import grant_only
from tests.month.month import Act, Month
from tests.purge.moments import purge_after
from tests.report import hands

SALES, ANYTHING = "salesentry/SalesEntries", "*"


def both(*acts: Act) -> Act:
    def act(month: Month) -> None:
        for one in acts:
            one(month)

    return act


def nothing(month: Month) -> None:
    """It ends by itself, or the day only passes."""


# --- James ------------------------------------------------------------------------------------


def debtor(number: str, **values: Any) -> Act:
    return lambda month: month.link.james.debtor(number, **values)


def invoice(number: int, debtor_number: str, *lines: Line, **values: Any) -> Act:
    """A final invoice of the day before."""

    def act(month: Month) -> None:
        month.link.james.invoice(number, debtor_number, *lines, **{"day": month.yesterday, **values})

    return act


def card(number: str, **columns: str) -> Act:
    """Somebody changes a debtor's card."""

    def act(month: Month) -> None:
        names = ", ".join(f"{name} = %s" for name in columns)
        month.link.james.conn.execute(
            f"update james.debiteur set {names} where debiteurnummer = %s".encode(),  # noqa: S608
            [*columns.values(), number],
        )

    return act


def unmapped_profession(number: int) -> Act:
    """The lines of an invoice are of a profession of which the settings know nothing."""

    def act(month: Month) -> None:
        run = month.link.james.conn.execute
        run("insert into james.professie values (2, 'logopedie', 'logopedie') on conflict do nothing")
        run("insert into james.praktijk_professie values (1, 2) on conflict do nothing")
        run("update james.factuurregel set professie_id = 2 where factuur_id = %s", [number])

    return act


def correct(number: int, *lines: Line) -> Act:
    return lambda month: month.link.james.correct(number, *lines)


def move(number: int, debtor_number: str) -> Act:
    return lambda month: month.link.james.move(number, debtor_number)


def remove_from_james(number: int) -> Act:
    return lambda month: month.link.james.remove(number)


def james_is(*, down: bool) -> Act:
    def act(month: Month) -> None:
        month.link.james_is_down = down

    return act


# --- the accountant, in the settings and in Exact -----------------------------------------------


def settings(**changes: Any) -> Act:
    """A version of the settings; what it changes stays in the versions after it."""

    def act(month: Month) -> None:
        kept = month.kept.setdefault("settings", copy.deepcopy(settings_document(month.link.practice)))
        kept.update(changes)
        month.link.ledger.practices.save_settings(month.link.practice.code, kept, changed_by="accountant")

    return act


def logopedie_mapped(month: Month) -> None:
    """Speech therapy is booked on the twelve accounts of physiotherapy."""
    rows = settings_document(month.link.practice)["revenue_accounts"]
    alike = [{**row, "profession": "logopedie"} for row in rows if row["profession"] == "fysiotherapie"]
    settings(revenue_accounts=[*rows, *alike])(month)


def pin_account(account: str) -> Act:
    return settings(suspense_accounts={"pin": account, "cash": "1001"})


def exact_row(table: str, code: str, **values: Any) -> Act:
    """A row of one of Exact's lists is changed there."""

    def act(month: Month) -> None:
        with month.link.world.lock:
            found = next(row for row in month.link.division[table] if row["Code"].strip() == code)
            month.link.division.save(table, {**found, **values})

    return act


def stranger(code: str, name: str, **values: Any) -> Act:
    """A relation that is not the link's."""
    row = {"Code": code.rjust(18), "Name": name, "Status": "C", **values}

    def act(month: Month) -> None:
        month.link.division.add("Accounts", row)

    return act


def relation(code: str, **values: Any) -> Act:
    """A relation is changed in Exact."""

    def act(month: Month) -> None:
        with month.link.world.lock:
            month.link.division.save("Accounts", {**month.link.division.relation(code), **values})

    return act


def period(number: int, *, is_open: bool) -> Act:
    def act(month: Month) -> None:
        division = month.link.division
        (division.reopen_period if is_open else division.close_period)(2026, number)

    return act


# --- entries by hand ----------------------------------------------------------------------------


def _typed(month: Month, entry: Row) -> Row:
    made = hands.enter(month.link, entry)
    month.link.by_hand.entered.add(made["EntryID"])
    return made


def _relation(month: Month, number: str) -> str:
    return str(month.link.division.relation(number)["ID"])


def typed(like: int, number: int, debtor_number: str) -> Act:
    """A bookkeeper types an invoice of yesterday, with the lines of another one."""

    def act(month: Month) -> None:
        day = dt.datetime.combine(month.yesterday, dt.time(), dt.UTC).timestamp() * 1000
        values = {"EntryNumber": number, "YourRef": str(number), "EntryDate": int(day)}
        customer = _relation(month, debtor_number)
        _typed(month, hands.copy_of(month.link, like, Customer=customer, **values))

    return act


def typed_again(number: int, other: int) -> Act:
    """The same invoice once more, under another number."""
    return lambda month: month.kept.update(
        double=_typed(month, hands.copy_of(month.link, number, EntryNumber=other))
    )


def double_removed(month: Month) -> None:
    with month.link.world.lock:
        sales.remove(month.link.division, month.kept["double"], None)
    month.link.by_hand.removed.add(month.kept["double"]["EntryID"])


def removed(number: int) -> Act:
    def act(month: Month) -> None:
        month.link.by_hand.removed.add(hands.entry_of(month.link, number)["EntryID"])
        hands.remove(month.link, number)

    return act


def _changed(month: Month, number: int) -> None:
    month.link.by_hand.changed.add(hands.entry_of(month.link, number)["EntryID"])


def amount(number: int, euros: float) -> Act:
    """The first line of an entry gets another amount."""

    def act(month: Month) -> None:
        _changed(month, number)
        hands.change_amount(month.link, number, euros)

    return act


def customer(number: int, debtor_number: str) -> Act:
    def act(month: Month) -> None:
        _changed(month, number)
        hands.change(month.link, number, Customer=_relation(month, debtor_number))

    return act


def vat_code_changes_meanwhile(month: Month) -> None:
    """The high rate becomes one that is within the amount, after the lists were read."""

    def strike(*_: Any) -> None:
        month.people(exact_row("VATCodes", "2", Type="I"))

    month.link.world.faults.add("call", endpoint=SALES, method="POST", act=strike)


def vat_code_put_back(month: Month) -> None:
    exact_row("VATCodes", "2", Type="E")(month)


def imported(*numbers: tuple[int, str]) -> Act:
    """The bookkeeper imports the workbook that is valid: invoices with their debtors."""

    def act(month: Month) -> None:
        day = dt.datetime(2026, 9, 15, tzinfo=dt.UTC).timestamp() * 1000
        for number, debtor_number in numbers:
            values = {"EntryNumber": number, "YourRef": str(number), "EntryDate": int(day)}
            customer = _relation(month, debtor_number)
            _typed(month, hands.copy_of(month.link, 2600022, Customer=customer, **values))

    return act


# --- the link -----------------------------------------------------------------------------------


def fault(kind: str, endpoint: str = ANYTHING, **values: Any) -> Act:
    def act(month: Month) -> None:
        month.link.world.faults.add(kind, endpoint=endpoint, **values)

    return act


def weather_clears(month: Month) -> None:
    month.link.world.faults.clear()


def consent_withdrawn(month: Month) -> None:
    month.link.world.authority.withdraw(month.link.world.user.id)


def consent_given(month: Month) -> None:
    month.link.authenticate()


def calls_a_day(calls: int) -> Act:
    def act(month: Month) -> None:
        month.link.world.limits.calls_per_day = calls
        month.link.day_limit = calls

    return act


def scopes(**levels: Any) -> Act:
    return lambda month: grant_only(month.link.world, levels or None)


def backfill(choice: str, history_from: dt.date | None = None) -> Act:
    """The form of the DAG; from then on those days must be settled as well."""

    def act(month: Month) -> None:
        month.walk.params.update(backfill=choice, history_from=history_from and str(history_from))
        month.link.settled_from = history_from or month.link.settled_from

    return act


def purged(month: Month) -> None:
    """What is past its term goes, as it would in sixteen days."""
    assert purge_after(month.link, 16).is_complete

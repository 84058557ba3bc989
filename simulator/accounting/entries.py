"""What sales and general journal entries share: journal, period, number, transaction lines."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from simulator import messages
from simulator.accounting.money import euros
from simulator.division import Division
from simulator.messages import Message
from simulator.rejections import content_rejection
from simulator.tables import Row

VAT_LINE_NUMBER = 9999
"""LineNumber of generated VAT lines (fact 4.7a)."""

COSTS_MANDATORY = 1
"""UseCostcenter and UseCostunit of a ledger account."""


def journal_of(
    division: Division, code: str | None, wanted_type: int, name: str, problems: list[Message]
) -> Row | None:
    """Return the journal by its code, or None; adds what is wrong with it to `problems`.

    A GUID is an invalid reference (fact 4.7a).
    """
    if not code:
        problems.append(messages.mandatory(name))
        return None
    journal = division.find_by_code("Journals", code)
    if journal is None:
        problems.append(messages.UNKNOWN_JOURNAL)
    elif journal.get("Type") != wanted_type:
        problems.append(messages.invalid(name))
    elif journal.get("IsBlocked"):
        problems.append(messages.blocked(name))
    return journal


def period_for(
    division: Division, year: int | None, period: int | None, day: int, problems: list[Message]
) -> tuple[int, int]:
    """Return (year, period) as given, or of the day in milliseconds.

    Adds a problem when the period-date table has no such period.
    """
    found = division.period_of(day)
    chosen = (
        found[0] if year is None and found else year or 0,
        found[1] if period is None and found else period or 0,
    )
    if not division.has_period(*chosen):
        problems.append(messages.UNKNOWN_YEAR)
    return chosen


def check_open(division: Division, journal: str, year: int, period: int, problems: list[Message]) -> None:
    """Add a problem when the period is closed for the journal."""
    if division.is_closed(journal, year, period):
        problems.append(messages.period_closed(year, period))


def number_for(
    division: Division, journal: str, year: int, wanted: int | None, problems: list[Message]
) -> int:
    """Return the entry number: the wanted one, or the journal's next (switch `entry_numbers`).

    Adds a problem when journal and year have it already (fact 4.7a).
    """
    if not wanted or division.switches.entry_numbers == "hint":
        return division.next_number(journal, year)
    if wanted < 0:
        problems.append(messages.invalid("EntryNumber"))
    elif wanted in division.taken_numbers(journal, year):
        problems.append(messages.in_use("EntryNumber"))
    return wanted


def check_currency(
    division: Division, currency: str | None, rate: float | None, problems: list[Message]
) -> None:
    """Add a problem for a foreign currency or rate: these are not simulated (docs/simulator.md)."""
    if currency and currency.strip() != division.currency:
        problems.append(messages.invalid_reference("Currency"))
    if rate not in {None, 0.0, 1.0}:
        problems.append(messages.RATE_NOT_ALLOWED)


def check_costs(division: Division, line: Row, problems: list[Message]) -> None:
    """Add a problem for a cost centre or cost unit whose code does not exist, or that is missing
    where
    the ledger account has it mandatory.
    """
    account = division["GLAccounts"].get(line.get("GLAccount") or "") or {}
    for name, table, use in (
        ("CostCenter", "Costcenters", "UseCostcenter"),
        ("CostUnit", "Costunits", "UseCostunit"),
    ):
        if not line.get(name) and account.get(use) == COSTS_MANDATORY:
            problems.append(messages.mandatory(name))
        if line.get(name) and division[table].first("Code", line[name]) is None:
            problems.append(messages.invalid_reference(name))


def reject_if_any(problems: list[Message]) -> None:
    """Raise a Rejection with all problems, each once.

    Exact joins several in one answer (fact 6.1).
    """
    if problems:
        raise content_rejection(*dict.fromkeys(problems))


def transaction_line(header: Row, gl_account: str, amount: int, **more: object) -> Row:
    """Return one line of what is booked; `amount` in cents, debit positive."""
    return {
        "ID": str(uuid.uuid4()),
        "EntryID": header["EntryID"],
        "GLAccount": gl_account,
        "AmountDC": euros(amount),
        "AmountFC": euros(amount),
        "ExchangeRate": 1.0,
        "LineType": 0,
        "Quantity": 0.0,
        **more,
    }


def write_transactions(division: Division, entry_id: str, lines: Iterable[Row], user: str | None) -> None:
    """Replace the transaction lines of an entry."""
    erase_transactions(division, entry_id, user)
    for line in lines:
        division.add("TransactionLines", line, user)


def erase_transactions(division: Division, entry_id: str, user: str | None) -> None:
    """Delete the transaction lines of an entry."""
    for line in division["TransactionLines"].find("EntryID", entry_id):
        division.delete("TransactionLines", line["ID"], user)

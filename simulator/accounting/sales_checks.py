"""What a sales entry must satisfy: problems are collected, never raised (facts 4.7a, 6.3)."""

from __future__ import annotations

import calendar
import datetime as dt

from simulator import messages
from simulator.accounting import entries, vat
from simulator.accounting.money import cents
from simulator.clock import day_of, milliseconds
from simulator.division import Division
from simulator.messages import Message
from simulator.rejections import content_rejection
from simulator.tables import Row

RESERVED_LINE_TYPES = frozenset({10, 12, 14, 16, 20, 22, 24})
"""G/L account types Exact fills itself (fact 4.7a): money, debtors, creditors, VAT."""


def customer_of(
    division: Division, account_id: str | None, journal: Row | None, problems: list[Message]
) -> Row | None:
    """Return the relation of an entry, or None; adds what is wrong with it to `problems`."""
    if not account_id:
        problems.append(messages.mandatory("Customer"))
        return None
    customer = division["Accounts"].get(account_id)
    if customer is None:
        problems.append(messages.invalid_reference("Customer"))
        return None
    if customer.get("Status") != "C":
        problems.append(messages.NOT_A_CUSTOMER)
    if customer.get("Blocked"):
        problems.append(messages.blocked("Customer"))
    today = division.clock.today_stamp()
    if today < (customer.get("StartDate") or 0) or (
        customer.get("EndDate") is not None and today > customer["EndDate"]
    ):
        problems.append(messages.INACTIVE_CUSTOMER)
    if journal is not None and customer.get("GLAR") and customer["GLAR"] != journal.get("GLAccount"):
        problems.append(messages.OTHER_RECEIVABLES_ACCOUNT)
    return customer


def set_dates(division: Division, header: Row, problems: list[Message]) -> None:
    """Set the entry date (today when none is given), year and period of a header."""
    today = division.clock.today_stamp()
    header["EntryDate"] = (
        (today if header.get("EntryDate") is None else header["EntryDate"]) // 86_400_000 * 86_400_000
    )
    header["ReportingYear"], header["ReportingPeriod"] = entries.period_for(
        division, header.get("ReportingYear"), header.get("ReportingPeriod"), header["EntryDate"], problems
    )


def payment_condition_of(
    division: Division, header: Row, customer: Row | None, problems: list[Message]
) -> Row | None:
    """Return the payment condition of the header, the relation or the division.

    Adds a problem when there is none.
    """
    code = (
        header.get("PaymentCondition")
        or (customer or {}).get("PaymentConditionSales")
        or division.default_payment_condition
    )
    if not code:
        problems.append(messages.mandatory("PaymentCondition"))
        return None
    condition = division.find_by_code("PaymentConditions", code)
    if condition is None:
        problems.append(messages.invalid_reference("PaymentCondition"))
    else:
        header["PaymentCondition"] = condition["Code"]
    return condition


def due_date(entry_date: int, condition: Row) -> int:
    """Return the due date in milliseconds: months on, to that month's end, then the days.

    17-01 with 2 months and 15 days gives 15-04 (fact 4.7a).
    """
    try:
        day = day_of(entry_date)
        months = condition.get("PaymentEndOfMonths") or 0
        if months:
            year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
            day = dt.date(year, month + 1, calendar.monthrange(year, month + 1)[1])
        return milliseconds(day + dt.timedelta(days=condition.get("PaymentDays") or 0))
    except (ValueError, OverflowError):
        raise content_rejection(messages.invalid("DueDate")) from None


def vat_split_of(division: Division, header: Row, line: Row, problems: list[Message]) -> vat.VatSplit:
    """Return net and VAT of a line; adds what is wrong with the line to `problems`."""
    if line.get("AmountFC") is None:
        problems.append(messages.mandatory("AmountFC"))
    amount = cents(line.get("AmountFC"))
    entries.check_costs(division, line, problems)
    gl_account = ledger_account_of(division, line.get("GLAccount"), RESERVED_LINE_TYPES, problems)
    if gl_account is None:
        return vat.VatSplit(amount, 0, None, 0.0, None)
    code = vat.chosen_code(division, line, gl_account, header["EntryDate"], problems)
    gross = division.switches.vat_including_sales_lines == "gross"
    return vat.split(
        division,
        code,
        amount,
        line.get("VATAmountFC"),
        header["EntryDate"],
        problems,
        including_is_gross=gross,
    )


def ledger_account_of(
    division: Division, account_id: str | None, forbidden_types: frozenset[int], problems: list[Message]
) -> Row | None:
    """Return the ledger account by its id, or None.

    Adds a problem when it is unknown, blocked or of a forbidden type.
    """
    if not account_id:
        problems.append(messages.mandatory("GLAccount"))
        return None
    account = division["GLAccounts"].get(account_id)
    if account is None:
        problems.append(messages.invalid_reference("GLAccount"))
    elif account.get("IsBlocked"):
        problems.append(messages.blocked("GLAccount"))
    elif account.get("Type") in forbidden_types:
        problems.append(messages.WRONG_GL_ACCOUNT_TYPE)
    return account

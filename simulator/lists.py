"""Lists computed when they are read: divisions, receivables, journal status, balances, Me."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable

from simulator.accounting.money import cents, euros
from simulator.clock import AMSTERDAM
from simulator.division import Division
from simulator.people import User
from simulator.tables import Row
from simulator.world import World

JOURNAL_TYPES = {10: "Kas", 12: "Bank", 16: "Betaalservice", 20: "Verkoop", 22: "Inkoop", 90: "Memoriaal"}


def user_row(world: World, user: User) -> Row:
    """Return current/Me of a user."""
    at = world.clock.now().astimezone(AMSTERDAM)
    offset = at.utcoffset()
    names = user.full_name.split(" ")
    return {
        "UserID": user.id,
        "UserName": user.user_name,
        "FullName": user.full_name,
        "FirstName": names[0],
        "LastName": names[-1],
        "Email": user.email,
        "Language": "nl-NL" if user.language == "NL" else "en-GB",
        "LanguageCode": user.language,
        "CurrentDivision": user.current_division,
        "AccountingDivision": user.current_division,
        "Legislation": 1,
        "IsClientUser": False,
        "IsMyFirmLiteUser": False,
        "ServerTime": at.strftime("%Y-%m-%dT%H:%M:%S"),
        "ServerUtcOffset": offset.total_seconds() if offset else 0.0,
    }


def division_rows(world: World, codes: Iterable[int], current: int | None, *, hrm: bool) -> list[Row]:
    """Return a row per division. Status 1 is active in system, 0 is regular in hrm (fact 4.2)."""
    return [
        {
            "Code": division.code,
            "HID": division.code,
            "Hid": division.code,
            "Description": division.name,
            "Customer": division.customer,
            "CustomerName": division.name,
            "CustomerCode": str(division.code).rjust(18),
            "Country": "NL",
            "Currency": division.currency,
            "Legislation": "1",
            "Created": division.created,
            "Modified": division.created,
            "StartDate": division.created // 86_400_000 * 86_400_000,
            "Status": 0 if hrm else 1,
            "BlockingStatus": 0,
            "Current": division.code == current,
            "Main": division.code == current,
            "IsMainDivision": division.code == current,
            **({} if hrm else division.registered),
        }
        for division in (world.divisions[code] for code in sorted(codes) if code in world.divisions)
    ]


def journal_status(division: Division) -> list[Row]:
    """Return a row per journal and period; status 0 is open, 1 closed (fact 4.14)."""
    found = []
    for journal in division["Journals"]:
        for period in division["FinancialPeriods"]:
            closed = division.is_closed(journal["Code"], period["FinYear"], period["FinPeriod"])
            found.append(
                {
                    "Journal": journal["Code"],
                    "Year": period["FinYear"],
                    "Period": period["FinPeriod"],
                    "JournalDescription": journal.get("Description"),
                    "JournalType": journal["Type"],
                    "JournalTypeDescription": JOURNAL_TYPES.get(journal["Type"]),
                    "Status": int(closed),
                    "StatusDescription": "Afgesloten" if closed else "Open",
                }
            )
    return found


def receivables_list(division: Division) -> list[Row]:
    """Return the open items, positive for an open invoice (fact 4.16)."""
    return [
        {
            "HID": place,
            "Id": line["ID"],
            "AccountId": line["Account"],
            "Amount": line["AmountDC"],
            "AmountInTransit": 0.0,
            "CurrencyCode": line["Currency"],
            "Description": line.get("Description"),
            "DueDate": line["DueDate"],
            "InvoiceDate": line["Date"],
            "EntryNumber": line["EntryNumber"],
            "InvoiceNumber": line["InvoiceNumber"],
            "JournalCode": line["JournalCode"],
            "YourRef": line.get("YourRef"),
        }
        for place, line in enumerate(debtor_lines(division), start=1)
    ]


def debtor_lines(division: Division) -> list[Row]:
    """Return the debtor lines among the transaction lines of sales entries."""
    return [
        line for line in division["TransactionLines"] if line["LineNumber"] == 0 and line["Type"] in {20, 21}
    ]


def receivables(division: Division) -> list[Row]:
    """Return the open items, negative for what is to be received (fact 4.16)."""
    return [
        {
            "ID": str(uuid.uuid5(uuid.UUID(line["EntryID"]), "receivable")),
            "Account": line["Account"],
            "AmountDC": -line["AmountDC"],
            "AmountFC": -line["AmountFC"],
            "TransactionAmountDC": line["AmountDC"],
            "TransactionAmountFC": line["AmountFC"],
            "TransactionEntryID": line["EntryID"],
            "TransactionID": line["ID"],
            "TransactionType": line["Type"],
            "TransactionStatus": line["Status"],
            "Currency": line["Currency"],
            "Description": line.get("Description"),
            "Division": division.code,
            "DueDate": line["DueDate"],
            "EntryDate": line["Date"],
            "InvoiceDate": line["Date"],
            "EntryNumber": line["EntryNumber"],
            "InvoiceNumber": line["InvoiceNumber"],
            "GLAccount": line["GLAccount"],
            "IsFullyPaid": False,
            "Journal": line["JournalCode"],
            "PaymentReference": line["PaymentReference"],
            "Status": 20,
            "YourRef": line.get("YourRef"),
            "Created": line["Created"],
            "Modified": line["Modified"],
        }
        for line in debtor_lines(division)
    ]


def balances(division: Division) -> list[Row]:
    """Return totals per account, year, period, status and type (financial/ReportingBalance)."""
    totals: dict[tuple[str, int, int, int, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for line in division["TransactionLines"]:
        kept = totals[
            line["GLAccount"], line["FinancialYear"], line["FinancialPeriod"], line["Status"], line["Type"]
        ]
        amount = cents(line["AmountDC"])
        kept[0 if amount > 0 else 1] += abs(amount)
        kept[2] += 1
    return [
        {
            "ID": place,
            "GLAccount": account,
            "ReportingYear": year,
            "ReportingPeriod": period,
            "Status": status,
            "Type": kind,
            "AmountDebit": euros(debit),
            "AmountCredit": euros(credit),
            "Amount": euros(debit - credit),
            "BalanceType": division["GLAccounts"].rows[account].get("BalanceType"),
            "Count": count,
            "Division": division.code,
        }
        for place, ((account, year, period, status, kind), (debit, credit, count)) in enumerate(
            sorted(totals.items()), start=1
        )
    ]


DERIVED_LISTS: dict[str, Callable[[Division], list[Row]]] = {
    "JournalStatusList": journal_status,
    "Receivables": receivables,
    "ReceivablesList": receivables_list,
    "ReportingBalance": balances,
}
"""By the resource's table."""

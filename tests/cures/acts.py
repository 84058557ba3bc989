"""What people do in James, in the settings and in Exact: how a cause is planted, and its cure."""

from __future__ import annotations

import calendar
import copy
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from dev.demo.practices import settings_document
from exact_online.requirements import Item, confirm
from simulator.accounting import sales
from tests.link.small import SmallLink

Act = Callable[[SmallLink], None]

SALES, GENERAL = "salesentry/SalesEntries", "generaljournalentry/GeneralJournalEntries"


def james(statement: str) -> Act:
    """Somebody changes something in James."""
    return lambda link: link.james.conn.execute(statement) and None


def invoice_column(column: str, bad: str, good: str) -> tuple[Act, Act]:
    """A column of the invoice gets a bad value, and a good one as its cure; both as SQL."""
    change = "update james.factuur set {} = {} where factuur_id = 2600001"
    return james(change.format(column, bad)), james(change.format(column, good))


def debtor_column(column: str, bad: str, good: str) -> tuple[Act, Act]:
    change = "update james.debiteur set {} = {} where debiteur_id = 1001"
    return james(change.format(column, bad)), james(change.format(column, good))


def line_column(column: str, bad: str, good: str) -> tuple[Act, Act]:
    change = "update james.factuurregel set {} = {} where factuur_id = 2600001"
    return james(change.format(column, bad)), james(change.format(column, good))


def setting(change: Callable[[dict[str, Any]], None]) -> tuple[Act, Act]:
    """The accountant's workbook lacks something or is wrong; then it is saved as it should be."""

    def plant(link: SmallLink) -> None:
        document = copy.deepcopy(settings_document(link.practice))
        change(document)
        link.ledger.practices.save_settings(link.practice.code, document, changed_by="accountant")

    def cure(link: SmallLink) -> None:
        document = settings_document(link.practice)
        link.ledger.practices.save_settings(link.practice.code, document, changed_by="accountant")

    return plant, cure


def exact_row(table: str, code: str, **values: Any) -> tuple[Act, Act]:
    """A row of one of Exact's lists is changed there, and changed back."""
    kept: dict[str, Any] = {}

    def plant(link: SmallLink) -> None:
        with link.world.lock:
            found = next(row for row in link.division[table] if row["Code"].strip() == code)
            kept.update(found)
            link.division.save(table, {**found, **values})

    def cure(link: SmallLink) -> None:
        with link.world.lock:
            link.division.save(table, dict(kept))

    return plant, cure


def words(endpoint: str, message: str) -> tuple[Act, Act]:
    """Exact rejects with these words, until the accountant has put it right."""
    body = json.dumps({"error": {"message": {"value": message}}})
    return (
        lambda link: (
            link.world.faults.add(
                "status", endpoint=endpoint, method="POST", times=None, status=500, body=body
            )
            and None
        ),
        lambda link: link.world.faults.clear(),
    )


def relation(**values: Any) -> tuple[Act, Act]:
    """A relation that is not ours has the debtor's number; it gets another one."""

    def plant(link: SmallLink) -> None:
        link.division.add("Accounts", {"Code": "1001".rjust(18), **values})

    def cure(link: SmallLink) -> None:
        with link.world.lock:
            link.division.save("Accounts", {**link.division.relation("1001"), "Code": "900001".rjust(18)})

    return plant, cure


def both(*acts: Act) -> Act:
    def act(link: SmallLink) -> None:
        for one in acts:
            one(link)

    return act


def claim(number: str | None, claim_number: str | None) -> Act:
    """An insurer's claim instead of the invoice."""

    def act(link: SmallLink) -> None:
        link.james.remove(2600001)
        link.james.debtor("5000", kind="Verzekeraar")
        link.james.invoice(2600002, "5000", claim="D1")
        link.james.conn.execute(
            "update james.declaratie set factuurnummer = %s, declaratienummer = %s", [number, claim_number]
        )

    return act


def reset_claim(link: SmallLink) -> None:
    link.james.conn.execute("update james.declaratie set factuurnummer = '2600002', declaratienummer = 'D1'")


def pin(link: SmallLink) -> None:
    link.james.conn.execute("update james.factuur set betalingsconditie = 'PIN' where factuur_id = 2600001")


def booked_before(link: SmallLink) -> None:
    """The debtor is in Exact already; the invoice comes later."""
    link.james.remove(2600001)
    link.night()
    link.james.invoice(2600001, "1001")


def relation_is(**values: Any) -> Act:
    """Our own relation is changed in Exact."""

    def act(link: SmallLink) -> None:
        with link.world.lock:
            link.division.save("Accounts", {**link.division.relation("1001"), **values})

    return act


def no_profession(document: dict[str, Any]) -> None:
    document["revenue_accounts"] = [
        row for row in document["revenue_accounts"] if row["profession"] != "fysiotherapie"
    ]


def four_periods(link: SmallLink) -> None:
    """Quarters instead of months, as some bookkeepers have them."""
    link.division.remove_year(2026)
    for quarter in range(4):
        last = calendar.monthrange(2026, quarter * 3 + 3)[1]
        first, end = dt.date(2026, quarter * 3 + 1, 1), dt.date(2026, quarter * 3 + 3, last)
        link.division.add_period(2026, quarter + 1, first, end)


def twelve_periods(link: SmallLink) -> None:
    link.division.remove_year(2026)
    year_again(link)


def ledger(statement: str) -> Act:
    """Support changes something in the link's own registry."""
    return lambda link: link.ledger.conn.execute(statement) and None


def registered(link: SmallLink) -> dict[str, Any]:
    """The practice as it is registered."""
    of = link.practice
    columns = ("code", "name", "james_practice_code", "link_date", "first_sync_date")
    return {**{name: getattr(of, name) for name in columns}, "backfill": "nothing"}


def save_settings(link: SmallLink) -> None:
    link.ledger.practices.save_settings(link.practice.code, settings_document(link.practice), "accountant")


def denied(endpoint: str, status: int) -> tuple[Act, Act]:
    """Exact denies reading something, until the user's rights are put right."""
    return (
        lambda link: link.world.faults.add("status", endpoint=endpoint, times=None, status=status) and None,
        lambda link: link.world.faults.clear(),
    )


def rename_division(name: str) -> Act:
    def act(link: SmallLink) -> None:
        link.division.name = name

    return act


def same_division(link: SmallLink) -> None:
    """The page's act: yes, this is the same division."""
    practice = link.ledger.practices.get(link.practice.code)
    assert confirm(link.ledger, practice, Item.DIVISION_NAME, "Sam Support")


def take_division(link: SmallLink) -> None:
    """The user gave us another division; the server does not compare the one in the address."""
    link.world.switches.set("division_of_system_divisions", "ignored")
    link.world.user.divisions.discard(link.division.code)


def give_division(link: SmallLink) -> None:
    link.world.user.divisions.add(link.division.code)


def may_write(statement: str) -> Act:
    """The user of james_db gets, or loses, the right to write in James."""
    return lambda link: link.james.conn.execute(statement.format(link.james_reader.info.user)) and None


def no_accounts(document: dict[str, Any]) -> None:
    document["revenue_accounts"] = [row for row in document["revenue_accounts"] if row["group"] != "patients"]


def wrong_account(document: dict[str, Any]) -> None:
    for row in document["revenue_accounts"]:
        row["account"] = "9999"


def other_name(link: SmallLink) -> None:
    link.james.conn.execute(
        "update james.debiteur set naam = 'P. Smit', voorletters = 'P.', voornaam = 'Piet',"
        " achternaam = 'Smit'"
    )


def old_name(link: SmallLink) -> None:
    link.james.conn.execute(
        "update james.debiteur set naam = 'Jansen 1001', voorletters = 'A.', voornaam = null,"
        " achternaam = 'Jansen 1001'"
    )


def same_number(link: SmallLink) -> None:
    """A claim with the invoice's number."""
    link.james.debtor("5000", kind="Verzekeraar")
    link.james.invoice(2600009, "5000", claim="D9")
    link.james.conn.execute("update james.declaratie set factuurnummer = '2600001'")


def year_again(link: SmallLink) -> None:
    for month in range(1, 13):
        last = calendar.monthrange(2026, month)[1]
        link.division.add_period(2026, month, dt.date(2026, month, 1), dt.date(2026, month, last))


def deleted_in_the_night(link: SmallLink) -> None:
    """The relation disappears right before its change is sent."""
    link.james.remove(2600001)
    link.james.rename("1001", "De Vries")
    link.world.faults.add("delete_relation", endpoint="crm/Accounts", method="PUT", code="1001")


def institution(link: SmallLink) -> None:
    link.james.conn.execute("update james.debiteur set soort = 'Instelling', naam = 'Zorggroep 1001'")


def direct_debit(link: SmallLink) -> None:
    link.james.conn.execute(
        "update james.debiteur set betalingsconditie = 'INCASSO', iban = 'NL91ABNA0417164300'"
    )


def typed(number: int, euros: float) -> Act:
    """Somebody typed the invoice in our sales journal, as one line on another account."""

    def act(link: SmallLink) -> None:
        with link.world.lock:
            account = link.division.find_by_code("GLAccounts", "8020")
            assert account is not None
            line = {"GLAccount": account["ID"], "VATCode": "5", "AmountFC": euros}
            entry = {
                "Journal": "70",
                "Customer": link.division.relation("1001")["ID"],
                "EntryDate": int(dt.datetime(2026, 11, 20, tzinfo=dt.UTC).timestamp() * 1000),
                "EntryNumber": number,
                "YourRef": "2600001",
                "SalesEntryLines": [line],
            }
            sales.book(link.division, entry, None)

    return act


def typed_is_removed(link: SmallLink) -> None:
    with link.world.lock:
        for entry in link.division.entries("2600001"):
            sales.remove(link.division, entry, None)

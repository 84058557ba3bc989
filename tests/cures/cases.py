"""For each reason: how it is planted, which task is then red, and how it is cured as the catalogue says.

The world has debtor 1001 with invoice 2600001 unless a case plants another.
"""

from __future__ import annotations

import calendar
import copy
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dev.demo.practices import settings_document
from exact_online.reasons import Reason
from tests.link.small import SmallLink

Act = Callable[[SmallLink], None]

INVOICE = "factuur:2600001"
SALES, GENERAL = "salesentry/SalesEntries", "generaljournalentry/GeneralJournalEntries"


@dataclass(frozen=True)
class Case:
    """One reason."""

    reason: Reason
    plant: Act
    cure: Act
    red: str = "check_rejections"
    """The one task that is red."""
    clear: str = "extract"
    """The task that its last line names."""
    key: str = INVOICE
    """What is booked in the end."""


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


def case(
    reason: Reason, acts: tuple[Act, Act], red: str = "check_rejections", clear: str = "extract"
) -> Case:
    return Case(reason, *acts, red, clear)


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


def no_accounts(document: dict[str, Any]) -> None:
    document["revenue_accounts"] = [row for row in document["revenue_accounts"] if row["group"] != "patients"]


def wrong_account(document: dict[str, Any]) -> None:
    for row in document["revenue_accounts"]:
        row["account"] = "9999"


def other_name(link: SmallLink) -> None:
    link.james.conn.execute(
        "update james.debiteur set naam = 'P. Smit', voorletters = 'P.', voornaam = 'Piet', achternaam = 'Smit'"
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


NO_ACCOUNT = "00000000-0000-0000-0000-000000000001"

CASES = [
    # James
    Case(
        Reason.DUPLICATE_IN_SOURCE, same_number,
        james("update james.declaratie set factuurnummer = '2600009'"),
    ),
    case(Reason.INVOICE_NUMBER_MISSING, invoice_column("factuurnummer", "null", "'2600001'")),
    case(Reason.INVOICE_NUMBER_NOT_BOOKABLE, invoice_column("factuurnummer", "'0012'", "'2600001'")),
    Case(Reason.CLAIM_NUMBER_MISSING, claim("2600002", None), reset_claim, key="declaratie:2600002"),
    Case(Reason.CLAIM_NUMBER_NOT_BOOKABLE, claim("2600002", "D\t1"), reset_claim, key="declaratie:2600002"),
    case(Reason.DEBTOR_NUMBER_MISSING, debtor_column("debiteurnummer", "' '", "'1001'")),
    case(Reason.DEBTOR_NUMBER_NOT_BOOKABLE, debtor_column("debiteurnummer", "'10 01'", "'1001'")),
    case(Reason.DEBTOR_KIND_UNKNOWN, debtor_column("soort", "'Hond'", "'Patiënt'")),
    case(Reason.DEBTOR_NAME_MISSING, debtor_column("naam", "null, achternaam = null", "'Jansen', achternaam = 'Jansen'")),
    case(Reason.PAYMENT_CONDITION_UNKNOWN, invoice_column("betalingsconditie", "'90D'", "'14D'")),
    case(Reason.CURRENCY_NOT_EURO, invoice_column("valuta", "'USD'", "'EUR'")),
    case(
        Reason.INVOICE_DATE_MISSING,
        invoice_column("gefactureerd_op", "null", "'2026-11-20 12:00 Europe/Amsterdam'"),
    ),
    case(Reason.TOTAL_NOT_IN_CENTS, invoice_column("totaalbedrag", "null", "10.00")),
    case(Reason.NO_LINES, (
        james("delete from james.factuurregel where factuur_id = 2600001"),
        lambda link: link.james.correct(2600001, (1000, 0, "tariff")),
    )),
    case(Reason.LINE_AMOUNT_NOT_IN_CENTS, line_column("bedrag", "null", "10.00")),
    case(Reason.VAT_RATE_UNKNOWN, line_column("btw_percentage", "20", "0")),
    case(Reason.TOTAL_MISMATCH, line_column("bedrag", "11.00", "10.00")),
    case(Reason.AMOUNT_OUT_OF_RANGE, (
        james("update james.factuur set totaalbedrag = 10000000;"
              " update james.factuurregel set bedrag = 10000000"),
        james("update james.factuur set totaalbedrag = 10; update james.factuurregel set bedrag = 10"),
    )),
    # The settings and the division
    case(Reason.REVENUE_ACCOUNT_MISSING, setting(no_accounts)),
    case(Reason.GL_ACCOUNT_NOT_IN_EXACT, setting(wrong_account)),
    case(Reason.GL_ACCOUNT_BLOCKED, exact_row("GLAccounts", "8010", IsBlocked=True)),
    case(Reason.GL_ACCOUNT_WRONG_TYPE, exact_row("GLAccounts", "8010", Type=20)),
    case(Reason.RECEIVABLES_ACCOUNT_DIFFERS, exact_row("Journals", "70", GLAccount=NO_ACCOUNT)),
    case(Reason.PAYMENT_CONDITION_MISSING, setting(lambda document: document["payment_conditions"].pop("days_14"))),
    case(Reason.PAYMENT_CONDITION_NOT_IN_EXACT,
         setting(lambda document: document["payment_conditions"].update(days_14="99"))),
    case(Reason.PAYMENT_CONDITION_NOT_ON_CREDIT, exact_row("PaymentConditions", "14", PaymentMethod="K")),
    case(Reason.VAT_CODE_MISSING, setting(lambda document: document["vat_codes"].pop("zero"))),
    case(Reason.VAT_CODE_NOT_IN_EXACT, setting(lambda document: document["vat_codes"].update(zero="99"))),
    case(Reason.VAT_CODE_BLOCKED, exact_row("VATCodes", "5", IsBlocked=True)),
    case(Reason.VAT_CODE_WRONG_KIND, exact_row("VATCodes", "5", Type="N")),
    case(Reason.VAT_CODE_WRONG_PERCENTAGE,
         setting(lambda document: document["vat_codes"].update(zero=document["vat_codes"]["high"]))),
    case(Reason.VAT_CODE_WITHOUT_ACCOUNT, exact_row("VATCodes", "5", GLToPay=None)),
    case(Reason.SUSPENSE_ACCOUNT_MISSING, (
        both(pin, setting(lambda document: document["suspense_accounts"].pop("pin"))[0]),
        setting(lambda document: None)[1],
    )),
    # The division must be ready before anything is read from James
    case(Reason.JOURNAL_NOT_IN_EXACT, exact_row("Journals", "70", Code="71"), "open_run", "open_run"),
    case(Reason.JOURNAL_BLOCKED, exact_row("Journals", "70", IsBlocked=True), "open_run", "open_run"),
    case(Reason.JOURNAL_WRONG_TYPE, exact_row("Journals", "70", Type=22), "open_run", "open_run"),
    case(Reason.JOURNAL_WITHOUT_VAT, exact_row("Journals", "90", AllowVAT=False), "open_run", "open_run"),
    # Relations
    case(Reason.NUMBER_CLASH, relation(Name="Kantoorhandel Pen BV", Status="C"), "load_debtors", "load_debtors"),
    case(Reason.RELATION_NOT_CUSTOMER, relation(Name="Kantoorhandel Pen BV", Status="A", IsSupplier=True),
         "load_debtors", "load_debtors"),
    Case(Reason.RELATION_BLOCKED, both(booked_before, relation_is(Blocked=True)), relation_is(Blocked=False),
         "load_entries", "load_entries"),
    Case(Reason.DEBTOR_IDENTITY_CHANGED, both(booked_before, other_name), old_name, "load_debtors", "extract"),
    # What only Exact says
    Case(Reason.PERIOD_CLOSED, lambda link: link.division.close_period(2026, 11),
         lambda link: link.division.reopen_period(2026, 11), "load_entries", "load_entries"),
    case(Reason.DUE_DATE_MISSING, words(SALES, "Verplicht: Vervaldatum"), "load_entries", "load_entries"),
    case(Reason.VAT_DIFFERENCE, words(SALES, "The amount of the VAT line with VAT code 4 does not match the total"),
         "load_entries"),
    case(Reason.TITLE_MISSING, words("crm/Contacts", "Ongeldige referentie: Titel"), "load_debtors", "load_debtors"),
    case(Reason.COUNTRY_UNKNOWN, words("crm/Accounts", "Ongeldige referentie: Land"), "load_debtors"),
    case(Reason.REJECTED_OTHER, words(SALES, "Dit gaat niet"), "load_entries", "load_entries"),
    case(Reason.ENTRY_NOT_BALANCED, words(SALES, "De boeking is niet in evenwicht op: 2026 / 11"), "load_entries"),
    case(Reason.PERIOD_MISSING, (lambda link: link.division.remove_year(2026), year_again), "open_run", "open_run"),
    Case(Reason.RELATION_TO_CONFIRM, both(institution, relation(Name="Zorggroep 1001", Postcode="9711 AA", Status="C")[0]),
         lambda link: link.ledger.relations.adopt(link.practice.code, "anna") and None,
         "load_debtors", "load_debtors"),
    Case(Reason.RELATION_GONE, both(booked_before, deleted_in_the_night), lambda link: link.world.faults.clear(),
         "load_debtors", "load_debtors", key="debiteur:1001"),
    Case(Reason.IBAN_REJECTED, both(direct_debit, words("crm/BankAccounts", "Ongeldig: IBAN")[0]),
         lambda link: link.world.faults.clear(), "load_debtors"),
    Case(Reason.VAT_ACCOUNT_WRONG_TYPE, *exact_row("GLAccounts", "1502", Type=110)),
]  # fmt: skip

NOT_PLANTED = {
    Reason.INVOICE_KIND_UNKNOWN: "the statement of James gives two kinds only",
    Reason.DEBTOR_TWICE: "James' own key forbids it; the statement would have to be wrong",
    Reason.ITEM_ORIGIN_UNKNOWN: "the statement of James gives two origins only",
    Reason.PROFESSION_MISSING: "the statement of James leaves such a line out; then the totals differ",
    Reason.DATE_OUT_OF_RANGE: "days before the link date are not read",
    Reason.TEXT_UNDECODABLE: "needs a James with another encoding: tests/extract/test_undecodable_text.py",
    Reason.DEBTOR_NOT_BOOKED: "waits for a debtor that is rejected itself: test_one_cause_is_one_red_task",
    Reason.WAITING_FOR_ORIGINAL: "waits for an invoice that is rejected itself: test_one_cause_is_one_red_task",
    Reason.ORIGINAL_NOT_BOOKED: "needs seven nights: tests/load/test_credits.py",
    Reason.ENTRY_NUMBER_IN_USE: "an entry by hand stops the run before it sends: tests/load/test_doubt.py",
    Reason.DOUBLE_IN_EXACT: "needs a lost answer and an entry by hand: tests/load/test_doubt.py",
}
"""Reasons that can't be planted here, and why."""

NOT_RED = {
    Reason.TEXT_SHORTENED, Reason.IBAN_LEFT_OUT, Reason.EMAIL_LEFT_OUT, Reason.COUNTRY_LEFT_OUT,
    Reason.DEBTOR_GONE_IN_SOURCE, Reason.DEBTOR_DOUBLE_IN_EXACT, Reason.CHANGED_AFTER_BOOKING,
    Reason.GONE_IN_SOURCE, Reason.CHANGED_IN_EXACT, Reason.GONE_IN_EXACT, Reason.TOKEN_UNUSED,
    Reason.TOKEN_EXPIRED, Reason.RECONNECT_NEEDED, Reason.FINANCIAL_YEAR_MISSING, Reason.APP_SCOPE_MISSING,
}  # fmt: skip
"""Adjustments, differences after booking, and what the watch warns of: they leave nothing unbooked."""

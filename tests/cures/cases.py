"""For each reason: how it is planted, which task is then red, and how it is cured.

The world has debtor 1001 with invoice 2600001 unless a case plants another.
"""

from __future__ import annotations

from dataclasses import dataclass

from exact_online import acts
from exact_online.acts.word import Word
from exact_online.ledger.matches import Chosen
from exact_online.reason_codes import Reason
from exact_online.stops import WAITS, Stop
from tests.cures.acts import (
    SALES,
    Act,
    booked_before,
    both,
    claim,
    debtor_column,
    deleted_in_the_night,
    denied,
    direct_debit,
    exact_row,
    four_periods,
    give_division,
    institution,
    invoice_column,
    james,
    ledger,
    line_column,
    may_write,
    no_accounts,
    no_profession,
    old_name,
    other_name,
    pin,
    registered,
    relation,
    relation_is,
    rename_division,
    reset_claim,
    same_division,
    same_number,
    save_settings,
    setting,
    take_division,
    twelve_periods,
    typed,
    typed_is_removed,
    words,
    wrong_account,
    year_again,
)
from tests.link.scopes import grant_only

INVOICE = "factuur:2600001"


@dataclass(frozen=True)
class Case:
    """One reason."""

    reason: Reason | Stop
    plant: Act
    cure: Act
    red: str = "check_rejections"
    """The one task that is red."""
    clear: str = "prepare"
    """The task that its last line names."""
    key: str = INVOICE
    """What is booked in the end."""


def case(
    reason: Reason | Stop, acts: tuple[Act, Act], red: str = "check_rejections", clear: str = "prepare"
) -> Case:
    return Case(reason, *acts, red, clear)


ALIKE = {"Name": "Zorggroep 1001", "Postcode": "9711 AA"}
NO_ACCOUNT = "00000000-0000-0000-0000-000000000001"

CASES = [
    # James
    Case(
        Reason.DUPLICATE_IN_SOURCE,
        same_number,
        james("update james.declaratie set factuurnummer = '2600009'"),
    ),
    case(Reason.INVOICE_NUMBER_MISSING, invoice_column("factuurnummer", "null", "'2600001'")),
    case(Reason.INVOICE_NUMBER_NOT_BOOKABLE, invoice_column("factuurnummer", "'0012'", "'2600001'")),
    Case(Reason.CLAIM_NUMBER_MISSING, claim("2600002", None), reset_claim, key="declaratie:2600002"),
    Case(Reason.CLAIM_NUMBER_NOT_BOOKABLE, claim("2600002", "D\t1"), reset_claim, key="declaratie:2600002"),
    case(Reason.DEBTOR_NUMBER_MISSING, debtor_column("debiteurnummer", "' '", "'1001'")),
    case(Reason.DEBTOR_NUMBER_NOT_BOOKABLE, debtor_column("debiteurnummer", "'10 01'", "'1001'")),
    case(Reason.DEBTOR_KIND_UNKNOWN, debtor_column("soort", "'Hond'", "'Patiënt'")),
    case(
        Reason.DEBTOR_NAME_MISSING,
        debtor_column("naam", "null, achternaam = null", "'Jansen', achternaam = 'Jansen'"),
    ),
    Case(
        Reason.DEBTOR_NUMBERS_ALIKE,
        lambda link: link.james.debtor("01001", name="Pietersen"),
        james("update james.debiteur set debiteurnummer = '1002' where debiteurnummer = '01001'"),
    ),
    case(Reason.PAYMENT_CONDITION_UNKNOWN, invoice_column("betalingsconditie", "'90D'", "'14D'")),
    case(Reason.CURRENCY_NOT_EURO, invoice_column("valuta", "'USD'", "'EUR'")),
    case(
        Reason.INVOICE_DATE_MISSING,
        invoice_column("gefactureerd_op", "null", "'2026-11-20 12:00 Europe/Amsterdam'"),
    ),
    case(Reason.TOTAL_NOT_IN_CENTS, invoice_column("totaalbedrag", "null", "10.00")),
    case(
        Reason.NO_LINES,
        (
            james("delete from james.factuurregel where factuur_id = 2600001"),
            lambda link: link.james.correct(2600001, (1000, 0, "tariff")),
        ),
    ),
    case(Reason.LINE_AMOUNT_NOT_IN_CENTS, line_column("bedrag", "null", "10.00")),
    case(Reason.VAT_RATE_UNKNOWN, line_column("btw_percentage", "20", "0")),
    case(Reason.TOTAL_MISMATCH, line_column("bedrag", "11.00", "10.00")),
    case(
        Reason.AMOUNT_OUT_OF_RANGE,
        (
            james(
                "update james.factuur set totaalbedrag = 10000000;"
                " update james.factuurregel set bedrag = 10000000"
            ),
            james("update james.factuur set totaalbedrag = 10; update james.factuurregel set bedrag = 10"),
        ),
    ),
    # The settings and the division
    case(Reason.REVENUE_ACCOUNT_MISSING, setting(no_profession)),
    case(Reason.COST_CENTER_MANDATORY, exact_row("GLAccounts", "8010", UseCostcenter=1)),
    case(Reason.COST_UNIT_MANDATORY, exact_row("GLAccounts", "8010", UseCostunit=1)),
    case(Reason.VAT_CODE_NOT_FOR_SALES, exact_row("VATCodes", "5", VATTransactionType="P")),
    case(Reason.GL_ACCOUNT_NOT_IN_EXACT, setting(wrong_account)),
    case(Reason.GL_ACCOUNT_BLOCKED, exact_row("GLAccounts", "8010", IsBlocked=True)),
    case(Reason.GL_ACCOUNT_WRONG_TYPE, exact_row("GLAccounts", "8010", Type=20)),
    case(Reason.RECEIVABLES_ACCOUNT_DIFFERS, exact_row("Journals", "70", GLAccount=NO_ACCOUNT)),
    case(
        Reason.PAYMENT_CONDITION_MISSING,
        setting(lambda document: document["payment_conditions"].pop("days_14")),
        "prepare",
        "prepare",
    ),
    case(
        Reason.PAYMENT_CONDITION_NOT_IN_EXACT,
        setting(lambda document: document["payment_conditions"].update(days_14="99")),
        "prepare",
        "prepare",
    ),
    case(
        Reason.PAYMENT_CONDITION_NOT_ON_CREDIT,
        exact_row("PaymentConditions", "14", PaymentMethod="K"),
        "prepare",
        "prepare",
    ),
    case(Reason.VAT_CODE_MISSING, setting(lambda document: document["vat_codes"].pop("zero"))),
    case(Reason.VAT_CODE_NOT_IN_EXACT, setting(lambda document: document["vat_codes"].update(zero="99"))),
    case(Reason.VAT_CODE_BLOCKED, exact_row("VATCodes", "5", IsBlocked=True)),
    case(Reason.VAT_CODE_WRONG_KIND, exact_row("VATCodes", "5", Type="N")),
    case(
        Reason.VAT_CODE_WRONG_PERCENTAGE,
        setting(lambda document: document["vat_codes"].update(zero=document["vat_codes"]["high"])),
    ),
    case(Reason.VAT_CODE_WITHOUT_ACCOUNT, exact_row("VATCodes", "5", GLToPay=None)),
    case(
        Reason.SUSPENSE_ACCOUNT_MISSING,
        (
            both(pin, setting(lambda document: document["suspense_accounts"].pop("pin"))[0]),
            setting(lambda document: None)[1],
        ),
    ),
    # The division must be ready before anything is read from James
    case(Reason.JOURNAL_NOT_IN_EXACT, exact_row("Journals", "70", Code="71"), "prepare", "prepare"),
    case(Reason.JOURNAL_BLOCKED, exact_row("Journals", "70", IsBlocked=True), "prepare", "prepare"),
    case(Reason.JOURNAL_WRONG_TYPE, exact_row("Journals", "70", Type=22), "prepare", "prepare"),
    case(Reason.JOURNAL_WITHOUT_VAT, exact_row("Journals", "90", AllowVAT=False), "prepare", "prepare"),
    # Relations
    case(
        Reason.NUMBER_CLASH, relation(Name="Kantoorhandel Pen BV", Status="C"), "load_debtors", "load_debtors"
    ),
    Case(
        Reason.RELATION_NOT_CUSTOMER,
        both(institution, relation(**ALIKE, Status="A", IsSupplier=True)[0]),
        relation(**ALIKE)[1],
        "load_debtors",
        "load_debtors",
    ),
    Case(
        Reason.RELATION_BLOCKED,
        both(booked_before, relation_is(Blocked=True)),
        relation_is(Blocked=False),
        "load_entries",
        "load_entries",
    ),
    Case(
        Reason.DEBTOR_IDENTITY_CHANGED, both(booked_before, other_name), old_name, "load_debtors", "prepare"
    ),
    # What only Exact says
    Case(
        Reason.PERIOD_CLOSED,
        lambda link: link.division.close_period(2026, 11),
        lambda link: link.division.reopen_period(2026, 11),
        "load_entries",
        "load_entries",
    ),
    case(Reason.DUE_DATE_MISSING, words(SALES, "Verplicht: Vervaldatum"), "load_entries", "load_entries"),
    case(
        Reason.VAT_DIFFERENCE,
        words(SALES, "The amount of the VAT line with VAT code 4 does not match the total"),
        "load_entries",
    ),
    case(
        Reason.TITLE_MISSING,
        words("crm/Contacts", "Ongeldige referentie: Titel"),
        "load_debtors",
        "load_debtors",
    ),
    case(Reason.COUNTRY_UNKNOWN, words("crm/Accounts", "Ongeldige referentie: Land"), "load_debtors"),
    case(Reason.REJECTED_OTHER, words(SALES, "Dit gaat niet"), "load_entries", "load_entries"),
    case(
        Reason.ENTRY_NOT_BALANCED,
        words(SALES, "De boeking is niet in evenwicht op: 2026 / 11"),
        "load_entries",
    ),
    case(Reason.PERIOD_MISSING, words(SALES, "Onbekend: Boekjaar"), "load_entries", "load_entries"),
    case(
        Reason.YEAR_FIXED,
        words(SALES, "The financial year cannot be changed."),
        "load_entries",
        "load_entries",
    ),
    case(Reason.WRONG_DIVISION, words(SALES, "Wrong Division"), "load_entries"),
    case(Reason.DOCUMENT_TYPE, words(SALES, "Document Type not allowed"), "load_entries", "load_entries"),
    Case(
        Reason.RELATION_TO_CONFIRM,
        both(institution, relation(**ALIKE, Status="C")[0]),
        lambda link: link.ledger.relations.adopt(link.practice.code, "anna") and None,
        "load_debtors",
        "load_debtors",
    ),
    Case(
        Reason.RELATION_ALIKE,
        relation(Code="55".rjust(18), Name="Jansen 1001, A.", Postcode="9711AA", Status="C")[0],
        lambda link: (
            acts.ours_alike(link.ledger, Word(link.practice.code, "anna", "nagelopen"), Chosen("1001", "55"))
            and None
        ),
        "load_debtors",
        "load_debtors",
    ),
    Case(
        Reason.RELATION_GONE,
        both(booked_before, deleted_in_the_night),
        lambda link: link.world.faults.clear(),
        "load_other_debtors",
        "load_other_debtors",
        key="debiteur:1001",
    ),
    Case(
        Reason.IBAN_REJECTED,
        both(direct_debit, words("crm/BankAccounts", "Ongeldig: IBAN")[0]),
        lambda link: link.world.faults.clear(),
        "load_debtors",
    ),
    Case(
        Reason.ENTRY_NUMBER_IN_USE,
        both(booked_before, typed(2600001, 11.0)),
        typed_is_removed,
        "load_entries",
        "load_entries",
    ),
    Case(
        Reason.ENTERED_BEFORE,
        both(booked_before, typed(9001, 10.0)),
        typed_is_removed,
        "load_entries",
        "load_entries",
    ),
    Case(Reason.VAT_ACCOUNT_WRONG_TYPE, *exact_row("GLAccounts", "1502", Type=110)),
    # What stops the whole practice
    *(
        case(stop, acts, "prepare", "prepare")
        for stop, acts in {
            Stop.REVENUE_ACCOUNTS_MISSING: setting(no_accounts),
            Stop.YEAR_MISSING: (lambda link: link.division.remove_year(2026), year_again),
            Stop.PERIODS_NOT_MONTHLY: (four_periods, twelve_periods),
            Stop.SETTINGS_UNUSABLE: setting(lambda document: document.pop("sales_journal")),
            Stop.SETTINGS_MISSING: (ledger("delete from settings_version"), save_settings),
            Stop.PRACTICE_NOT_ACTIVE: (
                ledger("update practice set active = false"),
                ledger("update practice set active = true"),
            ),
            Stop.PRACTICE_NOT_LINKED: (
                ledger("update practice set chain_id = null"),
                lambda link: link.authenticate(),
            ),
            Stop.DIVISION_RENAMED: (rename_division("Een andere administratie"), same_division),
            Stop.DIVISION_NOT_GRANTED: (take_division, give_division),
            Stop.ACCESS_DENIED: denied("vat/VATCodes", 403),
            Stop.NOT_SERVED: denied("cashflow/PaymentConditions", 404),
            Stop.SCOPE_MISSING: (
                lambda link: grant_only(link.world, {}),
                lambda link: grant_only(link.world),
            ),
        }.items()
    ),
    case(
        Stop.JAMES_PRACTICE_UNKNOWN,
        (
            ledger("update practice set james_practice_code = 'P9999'"),
            lambda link: link.ledger.practices.register(**registered(link), active=True),
        ),
        "prepare",
    ),
    case(
        Stop.JAMES_WRITABLE,
        (
            may_write("grant insert on james.factuur to {}"),
            may_write("revoke insert on james.factuur from {}"),
        ),
        "prepare",
    ),
]

NOT_PLANTED: dict[Reason | Stop, str] = {
    Reason.INVOICE_KIND_UNKNOWN: "the statement of James gives two kinds only",
    Reason.DEBTOR_TWICE: "James' own key forbids it; the statement would have to be wrong",
    Reason.ITEM_ORIGIN_UNKNOWN: "the statement of James gives two origins only",
    Reason.PROFESSION_MISSING: "the statement of James leaves such a line out; then the totals differ",
    Reason.DATE_OUT_OF_RANGE: "days before the link date are not read",
    Reason.TEXT_UNDECODABLE: "needs a James with another encoding: tests/extract/test_undecodable_text.py",
    Reason.DEBTOR_NOT_BOOKED: "waits for a debtor that is rejected itself: test_one_cause_is_one_red_task",
    Reason.TO_BE_HANDED_OVER: "goes into the same night's workbook: tests/night/test_hand_over.py",
    Reason.WAITING_FOR_ORIGINAL: "waits for an invoice that is rejected: test_one_cause_is_one_red_task",
    Reason.OTHERS_REJECTED: "needs more than five: tests/load/test_rejections_in_order.py",
    Reason.ORIGINAL_NOT_BOOKED: "needs seven nights: tests/load/test_credits.py",
    Reason.DOUBLE_IN_EXACT: "needs a lost answer and an entry by hand: tests/load/test_doubt.py",
    Stop.LINK_BROKEN: "tests/cures/test_broken_links.py",
    **dict.fromkeys(WAITS, "the task waits and goes on by itself: it is not red"),
    Stop.PRACTICE_STOPPED: "a person says go: tests/load/test_stopped.py",
    Reason.MADE_OTHERWISE: "the entry that stops a practice: tests/cures/test_made_otherwise.py",
    Stop.PRACTICE_STOPPED_AT_NUMBER: "a person says go: tests/load/test_other_number.py",
    Stop.LEDGER_NOT_AT_HOME: "needs a second database: tests/test_home.py",
    Stop.RETENTION_UNUSABLE: "a file of the link: tests/test_retention.py",
    Stop.HISTORY_UNTIL_LINK_DATE: "the form is filled in anew: tests/night/test_history_ranges.py",
    Stop.HISTORY_ENDS_BEFORE_IT_BEGINS: "as the one before",
    Stop.HISTORY_DAYS_OF_NOTHING: "a choice in the form: tests/cures/test_stops_of_forms.py",
    Stop.BACKFILL_OF_NOTHING: "the backfill is made anew: tests/cures/test_backfill_runs.py",
    Stop.DECISION_NOT_POSSIBLE: "a task of the DAG of decisions: tests/web/test_decisions.py",
    Stop.RUN_FAILED: "ends a mail, no task: tests/dags/test_night_mails.py",
    Stop.WORKBOOK_STORE_UNREACHABLE: "outside Exact and James: tests/night/test_workbook_store.py",
    Stop.WORKBOOK_ALTERED: "a page or a command, no night: tests/night/test_workbook_store.py",
    Stop.MAIL_NOT_SENT: "a task of the watch: tests/dags/test_watch_mail.py",
    Stop.DIVISION_TAKEN: "when a practice is linked: tests/night/test_shared_division.py",
    Stop.DIVISIONS_NOT_LISTED: "tests/api/test_identity.py",
    Stop.DEBTOR_OF_LOST_ANSWER: "needs a lost answer: tests/load/test_lost_without_debtor.py",
    Stop.LEDGER_OLDER_THAN_EXACT: "tests/load/test_safety.py",
    **dict.fromkeys(
        (
            Stop.DAY_FULL,
            Stop.DAY_FULL_FOR_HISTORY,
            Stop.DAY_FULL_FOR_LATER,
            Stop.DAY_BLOCKED,
            Stop.ERROR_LIMIT,
        ),
        "tests/api/test_budget.py, tests/load/test_calls.py",
    ),
    **dict.fromkeys(
        (
            Stop.LINK_MISSING,
            Stop.LINK_OF_OTHER_APP,
            Stop.LINK_NOT_DECRYPTED,
            Stop.TOKEN_CALLS_FULL,
            Stop.APP_REJECTED,
            Stop.CONSENT_FAILED,
        ),
        "tests/api/test_oauth.py, test_token_calls.py, test_grants.py",
    ),
    **dict.fromkeys(
        (
            Stop.APP_INCOMPLETE,
            Stop.TOKEN_KEYS_UNUSABLE,
            Stop.CLIENT_AUTH_UNKNOWN,
            Stop.BASE_URL_NO_SERVER,
            Stop.BASE_URL_PLAIN,
            Stop.BASE_URL_ELSEWHERE,
        ),
        "the walk has no connection of Airflow: tests/api/test_hook.py, test_transport.py",
    ),
    **dict.fromkeys((Stop.LIST_NOT_UNDERSTOOD, Stop.LISTS_NEVER_READ), "tests/api/test_lists.py"),
    **dict.fromkeys(
        (Stop.JAMES_OTHERWISE, Stop.JAMES_NOT_READABLE, Stop.JAMES_KEYS_DIFFER, Stop.LINES_WITHOUT_INVOICE),
        "another James: tests/extract/test_contract.py, test_stage_invoices.py, tests/transform",
    ),
    **dict.fromkeys(
        (Stop.DAY_NOT_READABLE, Stop.HISTORY_AFTER_LINK_DATE, Stop.HISTORY_NOT_KEPT),
        "a choice in the form, which a cleared task keeps: tests/night/test_history.py",
    ),
    **dict.fromkeys(
        (
            Stop.CONNECTION_MISSING,
            Stop.CONNECTION_WITHOUT_TLS,
            Stop.PRACTICE_NOT_REGISTERED,
            Stop.LEDGER_STANDBY,
            Stop.LEDGER_READ_ONLY,
            Stop.LEDGER_NOT_DURABLE,
            Stop.LEDGER_WITHOUT_SCHEMA,
            Stop.SCHEMA_OLDER,
            Stop.SCHEMA_NEWER,
            Stop.LEDGER_POOLED,
        ),
        "before the first step: tests/dags/test_connections.py, tests/test_ledger.py",
    ),
    **dict.fromkeys(
        (
            Stop.UNREACHABLE,
            Stop.EXACT_UNREACHABLE,
            Stop.JAMES_UNREACHABLE,
            Stop.QUERY_REJECTED,
            Stop.NO_ANSWER_OF_EXACT,
            Stop.LEDGER_FAILED,
            Stop.JAMES_FAILED,
            Stop.PRACTICE_BUSY,
        ),
        "Airflow tries again: tests/dags/test_night_in_airflow.py",
    ),
}
"""Reasons that can't be planted here, and why."""

NOT_RED = {
    Reason.CLAIM_TO_PATIENT, Reason.INSURER_PAID_AT_DESK,
    Reason.CLOSED, Reason.ENTERED_BY_HAND, Reason.ENTERED_TWICE, Reason.EXACT_SETTLES_LATE,
    Reason.HANDED_OVER, Reason.HANDED_OVER_OTHERWISE, Reason.HELD, Reason.NOT_YET_DUE,
    Reason.OTHER_ENTRY_NUMBER, Reason.PAYMENT_CONDITION_LEFT_OUT, Reason.PAYMENT_CONDITION_OTHER_DAYS,
    Reason.PAYMENT_CONDITION_SHARED, Reason.REJECTED, Reason.UNEXPLAINED,
    Reason.TEXT_SHORTENED, Reason.IBAN_LEFT_OUT, Reason.EMAIL_LEFT_OUT, Reason.COUNTRY_LEFT_OUT,
    Reason.DEBTOR_GONE_IN_SOURCE, Reason.DEBTOR_DOUBLE_IN_EXACT, Reason.CHANGED_AFTER_BOOKING,
    Reason.GONE_IN_SOURCE, Reason.CHANGED_IN_EXACT, Reason.GONE_IN_EXACT, Reason.TOKEN_UNUSED,
    Reason.TOKEN_EXPIRED, Reason.RECONNECT_NEEDED, Reason.FINANCIAL_YEAR_MISSING, Reason.APP_SCOPE_MISSING,
    Reason.NIGHT_MISSING, Reason.NIGHT_UNFINISHED, Reason.INVOICES_UNUSUAL, Reason.LEDGER_COPIED,
    Reason.OPEN_FOR_LONG, Reason.NIGHT_FAILED, Reason.WORKBOOK_NOT_IMPORTED, Reason.ANSWER_LOST,
    Reason.UPLOADS_DO_NOT_WORK,
}  # fmt: skip
"""Adjustments, differences after booking, and what the watch warns of: nothing is unbooked."""

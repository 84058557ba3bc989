"""The other fifteen nights: entries by hand, a link that is down, and the turn of the year."""

from __future__ import annotations

import datetime as dt

from exact_online import acts
from exact_online.api.scopes import Level, declared
from tests.month import people as do
from tests.month.month import End, Event
from tests.month.words import goes_on, says, takes_file_back

ARTICLE, CARE = (12_100, 21, "article"), (5_000, 0, "tariff")
READS_ONLY = {**declared(), "Crm accounts": Level.READ}
HISTORY = dt.date(2026, 9, 15)
EVENTS: list[Event] = [
    # --- the third week: entries by hand, and a link that is down ---------------------------------
    Event(
        15,
        "A booked invoice is removed in James",
        do.remove_from_james(2600010),
        red="reconcile",
        end=End(
            16, "The accountant removes the entry in Exact as well; it ends by itself", do.removed(2600010)
        ),
    ),
    Event(
        16,
        "A bookkeeper removes an entry in Exact",
        do.removed(2600011),
        red="reconcile",
        end=End(
            16,
            "It should be there: the next night books it (act book-again)",
            says(acts.book_again, "factuur:2600011", "per ongeluk verwijderd"),
        ),
    ),
    Event(
        17,
        "James can't be reached",
        do.both(do.invoice(2600022, "1001"), do.james_is(down=True)),
        red="prepare",
        end=End(17, "The administrator starts James' database", do.james_is(down=False), clears=True),
        unfinished=True,
    ),
    Event(
        18,
        "Exact can't be reached",
        do.both(
            do.invoice(2600023, "1001"),
            do.invoice(2600024, "1002"),
            do.fault("status", status=503, times=None),
        ),
        red="prepare",
        end=End(
            18,
            "Exact is there again, and a bookkeeper typed both invoices: one as James has it, one on the "
            "wrong patient; nobody clears",
            do.both(
                do.weather_clears, do.typed(2600022, 2600023, "1001"), do.typed(2600022, 2600024, "1003")
            ),
        ),
        unfinished=True,
    ),
    Event(
        19,
        "What was typed is compared: one is taken over as it is, the other has another patient",
        do.nothing,
        red="load_entries",
        end=End(
            19,
            "Anna says that the entry is the invoice (act adopt); its patient is corrected in Exact",
            do.both(
                says(acts.adopt, "factuur:2600024", "ingevoerd toen Exact weg was"),
                do.customer(2600024, "1002"),
            ),
            clears=True,
        ),
    ),
    Event(
        20,
        "A bookkeeper types an invoice a second time, under another number",
        do.both(do.invoice(2600025, "1001"), do.typed_again(2600022, 9001)),
        red="reconcile",
        end=End(20, "The bookkeeper removes the second one", do.double_removed, clears=True),
    ),
    Event(
        21,
        "VAT code 2 becomes one that is within the amount while the night sends",
        do.both(do.invoice(2600026, "1001", ARTICLE), do.vat_code_changes_meanwhile),
        red="load_entries reconcile",
        end=End(
            21,
            "The accountant puts the code and the entry right, and Anna lets the practice go on (act go-on)",
            do.both(do.vat_code_put_back, do.amount(2600026, 100.0), goes_on),
            clears=True,
        ),
        unfinished=True,
    ),
    # --- the fourth week: the link itself, and the turn of the year -------------------------------
    Event(
        22,
        "An invoice waits for a patient whose relation is blocked",
        do.both(do.relation("1003", Blocked=True), do.invoice(2600027, "1003")),
        red="load_entries",
        end=End(
            22,
            "James gives the invoice to the patient whose it is; the next night books it on him",
            do.both(do.move(2600027, "1005"), do.relation("1003", Blocked=False)),
        ),
    ),
    Event(
        23,
        "The Exact user withdraws the consent",
        do.both(do.consent_withdrawn, do.invoice(2600028, "1001")),
        red="prepare",
        end=End(23, "The practice gives a new consent", do.consent_given, clears=True),
        unfinished=True,
    ),
    Event(
        24,
        "Exact's day limit is used up by another app",
        do.both(do.calls_a_day(10), do.invoice(2600029, "1001")),
        red="load_entries",
        end=End(24, "The other app is stopped; the next night goes on", do.calls_a_day(5_000)),
        unfinished=True,
    ),
    Event(
        25,
        "Exact takes a scope from the registration of the app",
        do.both(do.scopes(**READS_ONLY), do.debtor("1009"), do.invoice(2600030, "1009")),
        red="load_debtors",
        end=End(25, "The administrator of the app asks for it, and Exact approves", do.scopes(), clears=True),
        unfinished=True,
    ),
    Event(
        26,
        "Night of 1 January: an invoice of 31 December, and an answer of Exact that is lost",
        do.both(do.invoice(2600031, "1001"), do.fault("drop_after_commit", do.SALES, method="POST")),
    ),
    Event(
        26,
        "History of September is handed over in a workbook",
        do.both(
            do.invoice(2500001, "1001", day=HISTORY),
            do.invoice(2500002, "1002", day=HISTORY),
            do.backfill("excel", dt.date(2026, 9, 1)),
        ),
        end=End(26, "The workbook is taken back (act take-back-file)", takes_file_back),
    ),
    Event(
        27,
        "The first invoice of January, and the same history in a new workbook",
        do.invoice(2700001, "1002"),
    ),
    Event(
        28,
        "The bookkeeper imported the workbook",
        do.imported((2500001, "1001"), (2500002, "1002")),
    ),
    Event(
        28,
        "The entry of which the difference was accepted is put right after all",
        do.amount(2600015, 10.0),
    ),
    Event(
        28,
        "The new year's settings have an account for PIN that is not in Exact",
        do.both(do.pin_account("1109"), do.invoice(2700002, "1002", condition="PIN")),
        red="check_rejections",
        end=End(28, "The accountant corrects the settings", do.pin_account("1101"), clears=True),
    ),
    Event(
        29,
        "Patient 1005 asks to be erased; James makes the card anonymous",
        do.both(
            do.backfill("as_set"),
            do.purged,
            says(acts.erase, "debiteur:1005", "verzoek van 02-01-2027"),
            do.card("1005", naam="Gewist", achternaam="Gewist", iban="NL91ABNA0417164300"),
        ),
    ),
    Event(30, "An ordinary night", do.invoice(2700003, "1004", CARE, ARTICLE)),
]

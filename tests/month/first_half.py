"""The first fifteen nights: everything is new, then relations, persons and amounts."""

from __future__ import annotations

import datetime as dt

from exact_online import acts
from tests.month import people as do
from tests.month.month import End, Event
from tests.month.words import is_relation, is_somebody_else, says

ARTICLE, CARE = (12_100, 21, "article"), (5_000, 0, "tariff")
EVENTS: list[Event] = [
    # --- the first week: everything is new ------------------------------------------------------
    Event(
        1,
        "The first night: patients, an insurer's claim, PIN, cash, direct debit, an article",
        do.both(
            *(do.debtor(str(number)) for number in (1001, 1002, 1003, 1004)),
            do.debtor("1005", condition="INCASSO", iban="NL91ABNA0417164300"),
            do.debtor("1500", kind="Verzekeraar"),
            do.invoice(2600001, "1001"),
            do.invoice(2600002, "1002", condition="PIN"),
            do.invoice(2600003, "1003", condition="CONTANT"),
            do.invoice(2600004, "1005", condition="INCASSO"),
            do.invoice(2600005, "1500", CARE, claim="D-5"),
            do.invoice(2600006, "1004", CARE, ARTICLE),
        ),
    ),
    Event(
        2,
        "An invoice is credited in full, another in part",
        do.both(
            do.invoice(2600007, "1001", (-1_000, 0, "tariff"), credits=2600001),
            do.invoice(2600008, "1004", (-12_100, 21, "article"), credits=2600006),
        ),
    ),
    Event(
        2,
        "Institution 1600 stands in Exact already, under its own number and name",
        do.both(
            do.stranger("1600", "Jansen 1600", Postcode="9711 AA"),
            do.debtor("1600", kind="Instelling"),
            do.invoice(2600009, "1600"),
        ),
        red="load_debtors",
        end=End(
            2,
            "Anna says that the relation is the institution (act ours)",
            says(acts.ours, "debiteur:1600", "zelfde"),
            clears=True,
        ),
    ),
    Event(
        3,
        "Patients 1006 and 1007 look like relations 55 and 56 of the previous software",
        do.both(
            *(do.debtor(number) for number in ("1006", "1007")),
            do.stranger("55", "Mevr. A. Jansen 1006", Postcode="9711AA"),
            do.stranger("56", "Mevr. A. Jansen 1007", Postcode="9711AA"),
            do.invoice(2600010, "1006"),
            do.invoice(2600011, "1007"),
        ),
        red="load_debtors",
        end=End(
            3,
            "Anna says that 55 is patient 1006 (act ours) and that 56 is somebody else (act not-ours)",
            do.both(is_relation("1006", "55"), is_somebody_else("1007", "56")),
            clears=True,
        ),
    ),
    Event(
        4,
        "The accountant blocked revenue account 8010 in Exact",
        do.both(do.exact_row("GLAccounts", "8010", IsBlocked=True), do.invoice(2600012, "1001")),
        red="check_rejections",
        end=End(
            4, "The accountant unblocks it", do.exact_row("GLAccounts", "8010", IsBlocked=False), clears=True
        ),
    ),
    Event(
        5,
        "A speech therapist joins; the settings have no accounts for her profession",
        do.both(do.invoice(2600013, "1002"), do.unmapped_profession(2600013)),
        red="check_rejections",
        end=End(5, "The accountant delivers settings with her accounts", do.logopedie_mapped, clears=True),
    ),
    Event(
        6,
        "An invoice of November comes late; the accountant has closed that period",
        do.both(do.period(11, is_open=False), do.invoice(2600014, "1003", day=dt.date(2026, 11, 28))),
        red="load_entries",
        end=End(
            9,
            "The accountant opens the period; the next night books it by itself",
            do.period(11, is_open=True),
        ),
    ),
    Event(
        7,
        "VAT code 5 is made a code for purchases",
        do.both(do.exact_row("VATCodes", "5", VATTransactionType="P"), do.invoice(2600015, "1001")),
        red="check_rejections",
        end=End(
            7,
            "The accountant makes it a code for sales again",
            do.exact_row("VATCodes", "5", VATTransactionType="B"),
            clears=True,
        ),
    ),
    # --- the second week: relations and persons -------------------------------------------------
    Event(
        8,
        "The number of new patient 1008 is that of a stationer in Exact",
        do.both(
            do.stranger("1008", "Kantoorhandel Pen BV"), do.debtor("1008"), do.invoice(2600016, "1008", CARE)
        ),
        red="load_debtors",
        end=End(
            9,
            "The accountant renumbers the stationer; the next night books by itself",
            do.relation("1008", Code="900008".rjust(18)),
        ),
    ),
    Event(
        9,
        "Patient 1004 marries and has an extra initial",
        do.both(
            do.card("1004", naam="De Vries 1004", achternaam="De Vries 1004", voorletters="A.B."),
            do.invoice(2600017, "1004"),
        ),
    ),
    Event(
        10,
        "Relation 1002 is blocked in Exact",
        do.both(do.relation("1002", Blocked=True), do.invoice(2600018, "1002")),
        red="load_entries",
        end=End(
            11,
            "The practice unblocks it; the next night books by itself",
            do.relation("1002", Blocked=False),
        ),
    ),
    Event(
        11,
        "The number of patient 1003 seems to be given to another person",
        do.both(
            do.card("1003", naam="P. Smit", achternaam="Smit", voorletters="P.", voornaam="Piet"),
            do.invoice(2600019, "1003"),
        ),
        red="load_debtors",
        end=End(
            11,
            "The practice knows better: a new name and a call name; Anna says so (act same-person)",
            says(acts.same_person, "debiteur:1003", "naamswijziging, bevestigd door de praktijk"),
            clears=True,
        ),
    ),
    Event(
        12,
        "An invoice is changed in James from 10 to 12 euro after it was booked",
        do.correct(2600012, (1_200, 0, "tariff")),
        red="reconcile",
        end=End(
            13,
            "The accountant changes the entry in Exact to 12 euro; it ends by itself",
            do.amount(2600012, 12.0),
        ),
    ),
    Event(
        13,
        "Two invoices with a VAT rate that does not exist",
        do.both(
            do.invoice(2600020, "1001", (1_000, 17, "tariff")),
            do.invoice(2600021, "1001", (1_000, 13, "tariff")),
        ),
        red="check_rejections",
        end=End(
            14,
            "One is removed in James and closes by itself; of the other Anna says that it will not be "
            "booked (act close)",
            do.both(
                do.remove_from_james(2600020), says(acts.close, "factuur:2600021", "dubbel gefactureerd")
            ),
        ),
    ),
    Event(
        14,
        "A bookkeeper changes an entry by hand in Exact from 10 to 11 euro",
        do.amount(2600015, 11.0),
        red="reconcile",
        end=End(
            15,
            "It stays so (act accept)",
            says(acts.accept, "factuur:2600015", "afgesproken met de praktijk"),
        ),
    ),
    Event(
        15,
        "What is past its term is purged",
        do.purged,
    ),
]

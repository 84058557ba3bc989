"""Debtors become relations (M2, M14, M15): one payload each, for the relation, a patient's contact and a
bank account.

A value that James does not have is not in the payload, so that what somebody filled in by hand in Exact
stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pandas as pd

from exact_online.reasons import Reason
from exact_online.settings import ExactLists, PracticeSettings
from exact_online.transform.checks import DEBTOR_CODE_LENGTH, first_reasons, fits
from exact_online.transform.clean_text import clean, shortened
from exact_online.transform.iban import valid_iban
from exact_online.transform.names import address_lines, directory_names, postcodes
from exact_online.transform.payload_text import RELATION, canonical, fingerprints
from exact_online.transform.plans import ADJUSTMENT_COLUMNS, DEBTOR_BOOKING_COLUMNS, DebtorPlans, frame
from exact_online.transform.preflight import check_payment_condition, check_receivables_account
from exact_online.transform.rejections import rejection_rows, rejections_of
from exact_online.vocabulary import BookingKind, DebtorKind, PaymentCondition

LIMITS = {
    "Name": 50, "AddressLine1": 60, "Postcode": 20, "City": 30, "Phone": 25, "Email": 100,
    "Initials": 10, "FirstName": 40, "MiddleName": 20, "LastName": 40,
}  # fmt: skip
"""Characters per field of Exact: the shortest that any source gives (docs/field-mapping.md)."""
LEFT_OUT = {
    "Country": Reason.COUNTRY_LEFT_OUT, "Email": Reason.EMAIL_LEFT_OUT, "BankAccount": Reason.IBAN_LEFT_OUT,
}  # fmt: skip
"""Fields that are not sent when they are wrong; the others are shortened."""
TITLES = {"M": "DHR", "V": "MEVR"}
"""Title by gender (M14); none for anything else."""
UNKNOWN_GENDER = "O"
UNREADABLE = "\ufffd"
"""Stands where James' bytes were no text (docs/contracts.md)."""
EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]{2,}")
COUNTRY = re.compile(r"[A-Z]{2}")


def transform_debtors(debtors: pd.DataFrame, settings: PracticeSettings, lists: ExactLists) -> DebtorPlans:
    """Plan the relations of a batch of debtors (M2): every debtor is either a booking or a rejection.

    `debtors` is the frame of docs/contracts.md, in any order; the plans come sorted by debtor number.
    """
    times = debtors.groupby("debtor_number", dropna=False)["debtor_number"].transform("size")
    rows = debtors.assign(times=times.astype("str")).sort_values("debtor_number", kind="stable")
    rows = rows.drop_duplicates("debtor_number", ignore_index=True)
    texts = pd.DataFrame({name: rows[name].map(clean).astype("str") for name in rows})
    rejection = _check(rows, texts, settings, lists)
    accepted = texts[rejection.isna()]
    fields = {
        "account": _account(accepted, settings, lists),
        "contact": _contact(accepted),
        "bank_account": _bank_account(accepted),
    }
    sent = {part: table.apply(_sendable) for part, table in fields.items()}
    changed = pd.concat([sent[part] != table for part, table in fields.items()], axis=1)
    is_direct_debit = accepted["payment_condition"] == PaymentCondition.DIRECT_DEBIT
    changed["BankAccount"] = is_direct_debit & (sent["bank_account"]["BankAccount"] == "")
    return DebtorPlans(
        bookings=_bookings(accepted["debtor_number"], **sent),
        rejections=_rejections(texts.assign(rejection=rejection).dropna(subset="rejection")),
        adjustments=_adjustments(accepted["debtor_number"], changed),
    )


def _check(
    rows: pd.DataFrame, texts: pd.DataFrame, settings: PracticeSettings, lists: ExactLists
) -> pd.Series:
    """The first thing that is wrong with each debtor (Rejection): what James says, then settings and lists.

    `texts` are the clean texts of `rows`.
    """
    condition = texts["payment_condition"]
    known_condition = rows["payment_condition"].isin(["", *PaymentCondition])
    reasons = first_reasons(
        {
            Reason.DEBTOR_NUMBER_MISSING: texts["debtor_number"] == "",
            Reason.DEBTOR_NUMBER_NOT_BOOKABLE: ~fits(rows["debtor_number"], DEBTOR_CODE_LENGTH, spaces=False),
            Reason.DEBTOR_TWICE: rows["times"] != "1",
            Reason.DEBTOR_KIND_UNKNOWN: ~rows["debtor_kind"].isin(list(DebtorKind)),
            Reason.PAYMENT_CONDITION_UNKNOWN: (condition != "") & ~known_condition,
            Reason.TEXT_UNDECODABLE: texts.sum(axis=1).str.contains(UNREADABLE, regex=False),
            Reason.DEBTOR_NAME_MISSING: directory_names(texts) == "",
        }
    )
    receivables = pd.Series(check_receivables_account(settings, lists), index=rows.index, dtype=object)
    of_condition = {each.value: check_payment_condition(each, settings, lists) for each in PaymentCondition}
    return rejections_of(reasons).fillna(receivables).fillna(condition.map(of_condition).astype(object))


def _account(debtors: pd.DataFrame, settings: PracticeSettings, lists: ExactLists) -> pd.DataFrame:
    """crm/Accounts. Code is numeric text, right-aligned in 18; Status C makes a customer."""
    receivables = lists.gl_accounts.get(settings.receivables_account)
    return pd.DataFrame(
        {
            "Code": debtors["debtor_number"].str.rjust(DEBTOR_CODE_LENGTH),
            "Name": directory_names(debtors),
            "AddressLine1": address_lines(debtors),
            "Postcode": postcodes(debtors),
            "City": debtors["city"],
            "Country": debtors["country"].str.upper(),
            "Phone": debtors["phone"],
            "Email": debtors["email"],
            "PaymentConditionSales": debtors["payment_condition"]
            .map(dict(settings.payment_conditions))
            .fillna(""),
            "GLAR": receivables.id if receivables else "",
            "Status": "C",
            "Language": "NL",
        }
    )


def _contact(debtors: pd.DataFrame) -> pd.DataFrame:
    """crm/Contacts, for a patient. Exact wants a first or a last name: initials stand in for a missing
    first name."""
    gender = debtors["gender"].str.upper()
    contact = pd.DataFrame(
        {
            "Initials": debtors["initials"],
            "FirstName": debtors["first_name"].where(debtors["first_name"] != "", debtors["initials"]),
            "MiddleName": debtors["prefix"],
            "LastName": debtors["last_name"].where(debtors["last_name"] != "", debtors["name"]),
            "Gender": gender.where(gender.isin(list(TITLES)), UNKNOWN_GENDER),
            "Title": gender.map(TITLES).fillna(""),
        }
    )
    return contact.where(debtors["debtor_kind"] == DebtorKind.PATIENT, "")


def _bank_account(debtors: pd.DataFrame) -> pd.DataFrame:
    """crm/BankAccounts, for direct debit only. The debtor is booked without it when the IBAN is none."""
    is_direct_debit = debtors["payment_condition"] == PaymentCondition.DIRECT_DEBIT
    return pd.DataFrame({"BankAccount": debtors["iban"].where(is_direct_debit, "")})


def _sendable(texts: pd.Series) -> pd.Series:
    """A field as Exact takes it: shortened, or nothing when it is wrong."""
    limit = LIMITS.get(str(texts.name))
    rules: dict[str, Callable[[str], str]] = {
        "Country": lambda text: text if COUNTRY.fullmatch(text) else "",
        "Email": lambda text: text if len(text) <= LIMITS["Email"] and EMAIL.fullmatch(text) else "",
        "BankAccount": lambda text: valid_iban(text) or "",
    }
    return texts.map(rules.get(str(texts.name), lambda text: shortened(text, limit) if limit else text))


def _bookings(
    number: pd.Series, account: pd.DataFrame, contact: pd.DataFrame, bank_account: pd.DataFrame
) -> pd.DataFrame:
    payloads = [
        canonical(
            {
                "account": relation,
                "contact": {"Account": RELATION, **person} if person else None,
                "bank_account": {"Account": RELATION, **bank, "Main": True} if bank else None,
            }
        )
        for relation, person, bank in zip(
            _filled(account), _filled(contact), _filled(bank_account), strict=True
        )
    ]
    data = {"source_key": number, "debtor_number": number, "reference": number, "payload": payloads}
    kind = [BookingKind.DEBTOR.value] * len(number)
    return frame(DEBTOR_BOOKING_COLUMNS, {**data, "kind": kind, "fingerprint": fingerprints(payloads)})


def _filled(fields: pd.DataFrame) -> list[dict[str, str]]:
    """Each row as an object, without its empty fields."""
    return [{str(name): text for name, text in row.items() if text} for row in fields.to_dict("records")]


def _rejections(rejected: pd.DataFrame) -> pd.DataFrame:
    number = rejected["debtor_number"]
    own = rejected.drop(columns="rejection").rename(columns={"payment_condition": "condition"})
    rows = rejected.assign(source_key=number, kind=BookingKind.DEBTOR.value, total_cents=0)
    rows = rows.assign(entry_date=pd.NaT, source_changed_at=pd.NA)
    return rejection_rows(rows, own.assign(number=number, debtor=number), BookingKind.DEBTOR)


def _adjustments(numbers: pd.Series, changed: pd.DataFrame) -> pd.DataFrame:
    """What of each booked debtor was shortened or left out; `changed` has a boolean column per field."""
    cells = changed.stack()
    rows = []
    for row, field in cells[cells].index:
        values = {} if field in LEFT_OUT else {"field": field, "limit": str(LIMITS[field])}
        text = json.dumps({"debtor": numbers[row], **values}, ensure_ascii=False)
        rows.append((numbers[row], LEFT_OUT.get(field, Reason.TEXT_SHORTENED).value, text))
    return frame(ADJUSTMENT_COLUMNS, pd.DataFrame(rows, columns=list(ADJUSTMENT_COLUMNS)))

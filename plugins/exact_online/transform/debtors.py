"""Debtors become relations (M2, M14, M15): one payload each, for the relation, a patient's contact and a bank account.

A value that James does not have is not in the payload, so that what somebody filled in by hand in Exact stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from exact_online.reasons import Reason, placeholders, record_values
from exact_online.settings import ExactLists, PracticeSettings
from exact_online.transform.clean_text import clean, shortened
from exact_online.transform.headers import DEBTOR_CODE_LENGTH, fits, records
from exact_online.transform.iban import valid_iban
from exact_online.transform.names import address_line, directory_name, postcode
from exact_online.transform.payload_text import canonical, fingerprints
from exact_online.transform.plans import (
    DEBTOR_BOOKING_COLUMNS,
    NOTICE_COLUMNS,
    REJECTION_COLUMNS,
    DebtorPlans,
    frame,
)
from exact_online.transform.preflight import Refusal, refused_payment_condition, refused_receivables_account
from exact_online.vocabulary import BookingKind, DebtorKind, PaymentCondition

LIMITS = {
    "Name": 50, "AddressLine1": 60, "Postcode": 20, "City": 30, "Phone": 25, "Email": 100,
    "Initials": 10, "FirstName": 40, "MiddleName": 20, "LastName": 40,
}  # fmt: skip
"""Characters per field of Exact: the shortest that any source gives (docs/field-mapping.md)."""
RELATION = "@relation"
CUSTOMER = "C"
LANGUAGE = "NL"
TITLES = {"M": "DHR", "V": "MEVR"}
"""Title by gender (M14); none for anything else."""
UNKNOWN_GENDER = "O"
UNREADABLE = "\ufffd"
"""Stands where James' bytes were no text (docs/contracts.md)."""
EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]{2,}")
COUNTRY = re.compile(r"[A-Z]{2}")

Row = Mapping[str, Any]


@dataclass
class _Writer:
    """Writes one debtor and keeps what had to be shortened or left out."""

    debtor: str
    notices: list[Refusal] = field(default_factory=list)

    def notice(self, reason: Reason, **values: str) -> None:
        self.notices.append(Refusal(reason, {"debtor": self.debtor, **values}))

    def limited(self, name: str, text: str) -> str:
        limit = LIMITS[name]
        short = shortened(text, limit)
        if short != text:
            self.notice(Reason.TEXT_SHORTENED, field=name, limit=str(limit))
        return short

    def checked(self, text: str, check: Callable[[str], bool], reason: Reason) -> str:
        """The text, or nothing (and a notice) when it is wrong."""
        if text and not check(text):
            self.notice(reason)
            return ""
        return text


def transform_debtors(debtors: pd.DataFrame, settings: PracticeSettings, lists: ExactLists) -> DebtorPlans:
    """Plan the relations of a batch of debtors (M2): every debtor is either a booking or a rejection.

    `debtors` is the frame of docs/contracts.md, in any order; the plans come sorted by debtor number.
    """
    ordered = debtors.sort_values("debtor_number", kind="stable")
    times = debtors["debtor_number"].value_counts(dropna=False)
    unique = ordered.drop_duplicates("debtor_number")
    conditions = {
        condition: refused_payment_condition(condition, settings, lists) for condition in PaymentCondition
    }
    receivables = refused_receivables_account(settings, lists)
    rows = records(unique)
    refusals = [
        _refused(row, count, receivables, conditions)
        for row, count in zip(rows, times[unique["debtor_number"]], strict=True)
    ]
    accepted = [row for row, refusal in zip(rows, refusals, strict=True) if refusal is None]
    written = [_payload(row, settings, lists) for row in accepted]
    return DebtorPlans(
        bookings=_bookings([row["debtor_number"] for row in accepted], [payload for payload, _ in written]),
        rejections=_rejections(
            [(row, refusal) for row, refusal in zip(rows, refusals, strict=True) if refusal is not None]
        ),
        notices=_notices([notice for _, notices in written for notice in notices]),
    )


def _refused(
    row: Row, times: int, receivables: Refusal | None, conditions: Mapping[PaymentCondition, Refusal | None]
) -> Refusal | None:
    """The first thing that is wrong with a debtor: what James says first, then settings and lists."""
    reason = next(_wrong(row, times), None)
    if reason is not None:
        return Refusal(reason, {"times": str(times)})
    condition = clean(row["payment_condition"])
    return receivables or (conditions[PaymentCondition(condition)] if condition else None)


def _wrong(row: Row, times: int) -> Iterator[Reason]:
    number = row["debtor_number"]
    if not clean(number):
        yield Reason.DEBTOR_NUMBER_MISSING
    if not fits(number, DEBTOR_CODE_LENGTH, spaces=False):
        yield Reason.DEBTOR_NUMBER_NOT_BOOKABLE
    if times > 1:
        yield Reason.DEBTOR_TWICE
    if row["debtor_kind"] not in set(DebtorKind):
        yield Reason.DEBTOR_KIND_UNKNOWN
    if clean(row["payment_condition"]) and row["payment_condition"] not in set(PaymentCondition):
        yield Reason.PAYMENT_CONDITION_UNKNOWN
    if any(UNREADABLE in clean(text) for text in row.values()):
        yield Reason.TEXT_UNDECODABLE
    if not directory_name(row):
        yield Reason.DEBTOR_NAME_MISSING


def _payload(row: Row, settings: PracticeSettings, lists: ExactLists) -> tuple[str, list[Refusal]]:
    writer = _Writer(row["debtor_number"])
    value = {
        "account": _account(row, settings, lists, writer),
        "contact": _contact(row, writer) if row["debtor_kind"] == DebtorKind.PATIENT else None,
        "bank_account": _bank_account(row, writer)
        if row["payment_condition"] == PaymentCondition.DIRECT_DEBIT
        else None,
    }
    return canonical(value), writer.notices


def _filled(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in fields.items() if text}


def _account(row: Row, settings: PracticeSettings, lists: ExactLists, writer: _Writer) -> dict[str, str]:
    """crm/Accounts. Code is numeric text, right-aligned in 18; Status C makes a customer."""
    condition = clean(row["payment_condition"])
    return _filled(
        {
            "Code": row["debtor_number"].rjust(DEBTOR_CODE_LENGTH),
            "Name": writer.limited("Name", directory_name(row)),
            "AddressLine1": writer.limited("AddressLine1", address_line(row)),
            "Postcode": writer.limited("Postcode", postcode(row)),
            "City": writer.limited("City", clean(row["city"])),
            "Country": writer.checked(clean(row["country"]).upper(), _is_country, Reason.COUNTRY_LEFT_OUT),
            "Phone": writer.limited("Phone", clean(row["phone"])),
            "Email": writer.checked(clean(row["email"]), _is_email, Reason.EMAIL_LEFT_OUT),
            "PaymentConditionSales": settings.payment_conditions[PaymentCondition(condition)]
            if condition
            else "",
            "GLAR": lists.gl_accounts[settings.receivables_account].id,
            "Status": CUSTOMER,
            "Language": LANGUAGE,
        }
    )


def _is_country(text: str) -> bool:
    return COUNTRY.fullmatch(text) is not None


def _is_email(text: str) -> bool:
    return len(text) <= LIMITS["Email"] and EMAIL.fullmatch(text) is not None


def _contact(row: Row, writer: _Writer) -> dict[str, str]:
    """crm/Contacts, for a patient. Exact wants a first or a last name: initials stand in for a missing first name."""
    initials, gender = clean(row["initials"]), clean(row["gender"]).upper()
    return _filled(
        {
            "Account": RELATION,
            "Initials": writer.limited("Initials", initials),
            "FirstName": writer.limited("FirstName", clean(row["first_name"]) or initials),
            "MiddleName": writer.limited("MiddleName", clean(row["prefix"])),
            "LastName": writer.limited("LastName", clean(row["last_name"]) or clean(row["name"])),
            "Gender": gender if gender in TITLES else UNKNOWN_GENDER,
            "Title": TITLES.get(gender, ""),
        }
    )


def _bank_account(row: Row, writer: _Writer) -> dict[str, str | bool] | None:
    """crm/BankAccounts, for direct debit only. An IBAN that is none is left out with a notice: the debtor is still needed."""
    iban = valid_iban(clean(row["iban"]))
    if iban is None:
        writer.notice(Reason.IBAN_LEFT_OUT)
        return None
    return {"Account": RELATION, "BankAccount": iban, "Main": True}


def _bookings(numbers: list[str], payloads: list[str]) -> pd.DataFrame:
    data = {
        "source_key": numbers,
        "kind": [BookingKind.DEBTOR.value] * len(numbers),
        "debtor_number": numbers,
        "reference": numbers,
        "payload": payloads,
        "fingerprint": fingerprints(payloads),
    }
    return frame(DEBTOR_BOOKING_COLUMNS, data)


def _rejections(refused: list[tuple[Row, Refusal]]) -> pd.DataFrame:
    numbers = [clean(row["debtor_number"]) for row, _ in refused]
    data = {
        "source_key": numbers,
        "kind": [BookingKind.DEBTOR.value] * len(refused),
        "debtor_number": numbers,
        "reason": [refusal.reason.value for _, refusal in refused],
        "reason_values": [_values_text(row, refusal) for row, refusal in refused],
        "total_cents": [0] * len(refused),
        "entry_date": [pd.NaT] * len(refused),
        "source_changed_at": [None] * len(refused),
    }
    return frame(REJECTION_COLUMNS, data)


def _values_text(row: Row, refusal: Refusal) -> str:
    number = clean(row["debtor_number"])
    values = {
        **record_values(BookingKind.DEBTOR, number),
        "debtor": number,
        "debtor_kind": clean(row["debtor_kind"]),
        "condition": clean(row["payment_condition"]),
        **refusal.values,
    }
    return json.dumps(
        {name: values[name] for name in placeholders(refusal.reason) if name in values}, ensure_ascii=False
    )


def _notices(notices: list[Refusal]) -> pd.DataFrame:
    data = {
        "source_key": [notice.values["debtor"] for notice in notices],
        "reason": [notice.reason.value for notice in notices],
        "reason_values": [json.dumps(dict(notice.values), ensure_ascii=False) for notice in notices],
    }
    return frame(NOTICE_COLUMNS, data)

"""Debtors become relations (M2, M14, M15).

One payload for relation, a patient's contact and bank account.

A value that James does not have is not sent: what somebody filled in by hand in Exact stays.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from exact_online.reason_codes import Reason
from exact_online.settings import ExactLists, PracticeSettings
from exact_online.transform.checks import DEBTOR_CODE_LENGTH, first_reasons, fits
from exact_online.transform.clean_text import clean, shortened
from exact_online.transform.countries import country_code
from exact_online.transform.iban import valid_iban
from exact_online.transform.names import address_lines, directory_names, postcodes
from exact_online.transform.payload_text import RELATION, canonical, fingerprints
from exact_online.transform.plans import ADJUSTMENT_COLUMNS, DEBTOR_BOOKING_COLUMNS, DebtorPlans, frame
from exact_online.transform.preflight import Rejection, check_payment_condition, check_receivables_account
from exact_online.transform.rejections import rejection_rows, rejections_of
from exact_online.vocabulary import BookingKind, DebtorKind, PaymentCondition

LIMITS = {
    "Name": 50, "AddressLine1": 60, "Postcode": 20, "City": 30, "Phone": 25, "Email": 100,
    "Initials": 10, "FirstName": 40, "MiddleName": 20, "LastName": 40,
}  # fmt: skip
"""Characters per field of Exact: the shortest that any source gives (docs/field-mapping.md)."""
LEFT_OUT = {
    "Country": Reason.COUNTRY_LEFT_OUT, "Email": Reason.EMAIL_LEFT_OUT, "BankAccount": Reason.IBAN_LEFT_OUT,
    "PaymentConditionSales": Reason.PAYMENT_CONDITION_LEFT_OUT,
}  # fmt: skip
"""Fields that are not sent when they are wrong; the others are shortened."""
TITLES = {"M": "DHR", "V": "MEVR"}
"""Title by gender (M14); none for any other, which is O in Exact."""
UNREADABLE = "\ufffd"
"""Stands where James' bytes were no text (docs/contracts.md)."""
EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]{2,}")


@dataclass(frozen=True)
class DebtorRules:
    """All of settings and lists that what becomes of a debtor depends on."""

    zeros_count: bool
    receivables_id: str
    """Exact's own id of the account; empty when there is none."""
    receivables_problem: Rejection | None
    condition_codes: Mapping[str, str]
    condition_problems: Mapping[str, Rejection | None]

    @property
    def digest(self) -> str:
        """Sha256 (hex): of equal rules it is equal."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def debtor_rules(settings: PracticeSettings, lists: ExactLists) -> DebtorRules:
    """Return the rules by which debtors are planned."""
    receivables = lists.gl_accounts.get(settings.receivables_account)
    codes = {str(condition): code for condition, code in settings.payment_conditions.items()}
    return DebtorRules(
        settings.debtor_zeros_count,
        receivables.id if receivables else "",
        check_receivables_account(settings, lists, settings.sales_journal),
        dict(sorted(codes.items())),
        {each.value: check_payment_condition(each, settings, lists) for each in PaymentCondition},
    )


def transform_debtors(debtors: pd.DataFrame, settings: PracticeSettings, lists: ExactLists) -> DebtorPlans:
    """Plan the relations of a batch of debtors (M2).

    Every debtor is either a booking or a rejection.

    `debtors` is the frame of docs/contracts.md, in any order; the plans come sorted by debtor
    number.
    """
    rules = debtor_rules(settings, lists)
    times = debtors.groupby("debtor_number", dropna=False)["debtor_number"].transform("size")
    rows = debtors.assign(times=times.astype("str")).drop_duplicates("debtor_number", ignore_index=True)
    number = rows["debtor_number"].map(clean).astype("str")
    rows["records"] = _alike_numbers(rows["debtor_number"], number, rules.zeros_count)
    # Numbers that differ in blanks have one key: of those the one that can be sent is told.
    rows = rows.assign(number=number, has_blanks=rows["debtor_number"] != number)
    rows = rows.sort_values(["number", "has_blanks", "debtor_number"], kind="stable")
    rows = rows.drop_duplicates("number", ignore_index=True).drop(columns=["number", "has_blanks"])
    texts = pd.DataFrame({name: rows[name].map(clean).astype("str") for name in rows})
    rejection = _check(rows, texts, rules)
    accepted = texts[rejection.isna()]
    is_direct_debit = accepted["payment_condition"] == PaymentCondition.DIRECT_DEBIT
    # crm/BankAccounts, for direct debit only. Without a valid IBAN the debtor is booked all the
    # same.
    bank_account = pd.DataFrame({"BankAccount": accepted["iban"].where(is_direct_debit, "")})
    parts = [_account(accepted, rules), _contact(accepted), bank_account]
    sent = [part.apply(_sendable) for part in parts]
    changed = pd.concat([after != before for after, before in zip(sent, parts, strict=True)], axis=1)
    # A country by its name is sent as its code, so it is left out only when nothing is sent.
    changed["Country"] = (accepted["country"] != "") & (sent[0]["Country"] == "")
    changed["PaymentConditionSales"] = _has_unknown_condition(accepted)
    changed["BankAccount"] = is_direct_debit & (sent[-1]["BankAccount"] == "")
    return DebtorPlans(
        bookings=_bookings(accepted["debtor_number"], sent),
        rejections=_rejections(texts.assign(rejection=rejection).dropna(subset="rejection")),
        adjustments=_adjustments(accepted["debtor_number"], changed),
    )


def _check(rows: pd.DataFrame, texts: pd.DataFrame, rules: DebtorRules) -> pd.Series:
    """The first thing that is wrong with each debtor (Rejection).

    What James says, then settings and lists.

    `texts` are the clean texts of `rows`.
    """
    reasons = first_reasons(
        {
            Reason.DEBTOR_NUMBER_MISSING: texts["debtor_number"] == "",
            Reason.DEBTOR_NUMBER_NOT_BOOKABLE: ~fits(rows["debtor_number"], DEBTOR_CODE_LENGTH, spaces=False),
            Reason.DEBTOR_TWICE: rows["times"] != "1",
            Reason.DEBTOR_NUMBERS_ALIKE: rows["records"] != "",
            Reason.DEBTOR_KIND_UNKNOWN: ~rows["debtor_kind"].isin(list(DebtorKind)),
            Reason.TEXT_UNDECODABLE: texts.sum(axis=1).str.contains(UNREADABLE, regex=False),
            Reason.DEBTOR_NAME_MISSING: directory_names(texts) == "",
        }
    )
    receivables = pd.Series(rules.receivables_problem, index=rows.index, dtype=object)
    return (
        rejections_of(reasons)
        .fillna(receivables)
        .fillna(texts["payment_condition"].map(dict(rules.condition_problems)).astype(object))
    )


def _alike_numbers(numbers: pd.Series, cleaned: pd.Series, zeros_count: bool) -> pd.Series:
    """All numbers that are one but for blanks (123 and '123 ') and, where they don't count, zeros
    in front (00123); empty for a number that has no other. `cleaned`: without blanks around.
    """
    digits = cleaned.str.fullmatch("[0-9]+").fillna(False).astype(bool) & (not zeros_count)
    plain = cleaned.where(~digits, cleaned.str.lstrip("0"))
    shared = (cleaned != "") & plain.duplicated(keep=False)
    shown = numbers.where(numbers == cleaned, "'" + numbers + "'")
    joined = shown[shared].sort_values(kind="stable").groupby(plain[shared]).agg(", ".join)
    return plain.where(shared).map(joined).fillna("").astype("str")


def _has_unknown_condition(texts: pd.DataFrame) -> pd.Series:
    """Where a debtor's card has a condition that is none of the seven: an invoice has its own, so
    the
    debtor is booked without one."""
    condition = texts["payment_condition"]
    return (condition != "") & ~condition.isin(list(PaymentCondition))


def _account(debtors: pd.DataFrame, rules: DebtorRules) -> pd.DataFrame:
    """crm/Accounts. Code is numeric text, right-aligned in 18; Status C makes a customer."""
    conditions = debtors["payment_condition"].map(dict(rules.condition_codes))
    return pd.DataFrame(
        {
            "Code": debtors["debtor_number"].str.rjust(DEBTOR_CODE_LENGTH),
            "Name": directory_names(debtors),
            "AddressLine1": address_lines(debtors),
            "Postcode": postcodes(debtors),
            "City": debtors["city"],
            "Country": debtors["country"],
            "Phone": debtors["phone"],
            "Email": debtors["email"],
            "PaymentConditionSales": conditions.fillna(""),
            "GLAR": rules.receivables_id,
            "Status": "C",
            "Language": "NL",
        }
    )


def _contact(debtors: pd.DataFrame) -> pd.DataFrame:
    """crm/Contacts, for a patient.

    Initials stand in for a missing first name: Exact wants a name.
    """
    gender = debtors["gender"].str.upper()
    contact = pd.DataFrame(
        {
            "Initials": debtors["initials"],
            "FirstName": debtors["first_name"].where(debtors["first_name"] != "", debtors["initials"]),
            "MiddleName": debtors["prefix"],
            "LastName": debtors["last_name"].where(debtors["last_name"] != "", debtors["name"]),
            "Gender": gender.where(gender.isin(list(TITLES)), "O"),
            "Title": gender.map(TITLES).fillna(""),
        }
    )
    return contact.where(debtors["debtor_kind"] == DebtorKind.PATIENT, "")


def _sendable(texts: pd.Series) -> pd.Series:
    """A field as Exact takes it: shortened, or nothing when it is wrong."""
    limit = LIMITS.get(str(texts.name))
    rules: dict[str, Callable[[str], str]] = {
        "Country": country_code,
        "Email": lambda text: text if len(text) <= LIMITS["Email"] and EMAIL.fullmatch(text) else "",
        "BankAccount": lambda text: valid_iban(text) or "",
    }
    return texts.map(rules.get(str(texts.name), lambda text: shortened(text, limit) if limit else text))


def _bookings(number: pd.Series, parts: list[pd.DataFrame]) -> pd.DataFrame:
    payloads = []
    for account, contact, bank_account in zip(*map(_filled, parts), strict=True):
        value = {
            "account": account,
            "contact": {"Account": RELATION, **contact} if contact else None,
            "bank_account": {"Account": RELATION, **bank_account, "Main": True} if bank_account else None,
        }
        payloads.append(canonical(value))
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
    rows = rows.assign(entry_date=None, source_changed_at=None)
    return rejection_rows(rows, own.assign(number=number, debtor=number), BookingKind.DEBTOR)


def _adjustments(numbers: pd.Series, changed: pd.DataFrame) -> pd.DataFrame:
    """What of each booked debtor was shortened or left out.

    `changed` has a boolean column per field.
    """
    rows = []
    cells = changed.set_axis(numbers, axis=0).stack()
    for number, field in cells.index[cells.to_numpy(dtype=bool)].to_list():
        values = {} if field in LEFT_OUT else {"field": field, "limit": str(LIMITS[field])}
        text = json.dumps({"debtor": number, **values}, ensure_ascii=False)
        rows.append((number, LEFT_OUT.get(field, Reason.TEXT_SHORTENED).value, text))
    return frame(ADJUSTMENT_COLUMNS, pd.DataFrame(rows, columns=list(ADJUSTMENT_COLUMNS)))

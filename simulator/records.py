"""Resources other than entries, each with its checks (facts 4.3 to 4.5, 4.10 to 4.13, 4.17)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

from simulator import messages
from simulator.contract import CONTRACT
from simulator.division import Division
from simulator.messages import Message
from simulator.rejections import content_rejection
from simulator.tables import Row

Check = Callable[[Division, Row, Row | None, list[Message]], None]
"""(division, row as it would become, row as it was or None, problems found)."""
DEBTORS, CREDITORS, VAT = 20, 22, 24


def create(division: Division, table: str, values: Row, user: str | None) -> Row:
    """Keep a new row and return it; a Rejection names everything that is wrong."""
    row = dict(values)
    nested = {name: row.pop(name) for name in list(row) if isinstance(row[name], list)}
    key = division[table].key
    if row.get(key) and division[table].get(row[key]) is not None:
        raise content_rejection(messages.ALREADY_EXISTS)
    _check(division, table, row, None)
    row = division.add(table, row, user)
    for line in nested.get("VATPercentages", ()):
        add_percentage(division, row, line, user)
    return row


def add_percentage(division: Division, code: Row, values: Row, user: str | None = None) -> None:
    """Add a percentage with its dates to a VAT code."""
    number = len(division["VatPercentages"].find("VATCodeID", code["ID"])) + 1
    kept = {
        "Percentage": values.get("Percentage") or 0.0,
        "StartDate": values.get("StartDate") or 0,
        "EndDate": values.get("EndDate"),
    }
    division.add(
        "VatPercentages",
        {**kept, "VATCodeID": code["ID"], "LineNumber": number, "Type": values.get("Type") or 0},
        user,
    )


def change(division: Division, table: str, row: Row, values: Row, user: str | None) -> None:
    """Change a row by PUT: only what is given changes (fact 1.25). Rejection when that is wrong."""
    if table == "Accounts" and "Code" in values:
        raise content_rejection(messages.ALREADY_EXISTS)
    changed = {**row, **values}
    _check(division, table, changed, row)
    row.update(changed)
    row["Modifier"] = user
    division.save(table, row)


def remove(division: Division, table: str, row: Row, user: str | None) -> None:
    """Delete a row with what it owns; Rejection when entries use it."""
    if is_used(division, table, row):
        raise content_rejection(messages.RECORD_IN_USE)
    key = division[table].key
    for owned, link in _OWNED.get(table, ()):
        for each in division[owned].find(link, row[key]):
            division.delete(owned, each["ID"], user)
    division.delete(table, row[key], user)


_OWNED = {
    "Accounts": (("Contacts", "Account"), ("BankAccounts", "Account")),
    "Documents": (("DocumentAttachments", "Document"),),
}


def is_used(division: Division, table: str, row: Row) -> bool:
    """Return whether entries or journals use a row."""
    lines = division["TransactionLines"]
    match table:
        case "Accounts":
            return bool(lines.find("Account", row["ID"]))
        case "GLAccounts":
            return any(line["GLAccount"] == row["ID"] for line in lines) or any(
                each.get("GLAccount") == row["ID"] for each in division["Journals"]
            )
        case "Journals":
            return any(line["JournalCode"] == row["Code"] for line in lines)
        case "VATCodes":
            return any(line.get("VATCode") == row["Code"] for line in lines)
        case _:
            return False


def _check(division: Division, table: str, row: Row, before: Row | None) -> None:
    problems: list[Message] = []
    _check_mandatory(table, row, problems)
    check = _CHECKS.get(table)
    if check is not None:
        check(division, row, before, problems)
    if problems:
        raise content_rejection(*dict.fromkeys(problems))


def _check_mandatory(table: str, row: Row, problems: list[Message]) -> None:
    for prop in CONTRACT[table].properties.values():
        if (
            prop.mandatory
            and not prop.nested
            and prop.name not in _EITHER_NAME
            and row.get(prop.name) in (None, "")
        ):
            problems.append(messages.mandatory(prop.name))


_EITHER_NAME = frozenset({"FirstName", "LastName"})


def _check_code_is_unique(
    division: Division, table: str, row: Row, before: Row | None, problems: list[Message]
) -> None:
    if not row.get("Code"):
        return
    row["Code"] = CONTRACT[table].properties["Code"].padded(row["Code"])
    found = division[table].first("Code", row["Code"])
    if found is not None and found is not before:
        problems.append(messages.ALREADY_EXISTS)


def _check_relation(division: Division, row: Row, before: Row | None, problems: list[Message]) -> None:
    if before is None and not row.get("Code"):
        row["Code"] = division.next_relation_code()
    code = row["Code"].strip()
    if not (code.isascii() and code.isdecimal()) or len(code) > 18:
        problems.append(messages.invalid("Code"))
    else:
        _check_code_is_unique(division, "Accounts", row, before, problems)
    row["Status"] = row.get("Status") or "A"
    row.setdefault("Country", "NL ")
    row.setdefault("Type", "A")
    if row["Status"] not in {"A", "S", "P", "C"}:
        problems.append(messages.invalid("Status"))
    _check_codes_exist(
        division, row, "PaymentConditions", ("PaymentConditionSales", "PaymentConditionPurchase"), problems
    )
    _check_codes_exist(division, row, "VATCodes", ("SalesVATCode", "PurchaseVATCode"), problems)
    _check_ledger_account_type(division, row, "GLAR", DEBTORS, messages.WRONG_GL_ACCOUNT_TYPE, problems)
    _check_ledger_account_type(division, row, "GLAP", CREDITORS, messages.WRONG_GL_ACCOUNT_TYPE, problems)
    _check_id_exists(division, row, "Contacts", "MainContact", problems)


def _check_codes_exist(
    division: Division, row: Row, table: str, names: tuple[str, ...], problems: list[Message]
) -> None:
    problems.extend(
        messages.invalid_reference(name)
        for name in names
        if row.get(name) and division.find_by_code(table, row[name]) is None
    )


def _check_id_exists(division: Division, row: Row, table: str, name: str, problems: list[Message]) -> None:
    if row.get(name) and division[table].get(row[name]) is None:
        problems.append(messages.invalid_reference(name))


def _check_ledger_account_type(
    division: Division, row: Row, name: str, wanted: int, wrong: Message, problems: list[Message]
) -> None:
    if not row.get(name):
        return
    account = division["GLAccounts"].get(row[name])
    if account is None:
        problems.append(messages.invalid_reference(name))
    elif account.get("Type") != wanted:
        problems.append(wrong)


def _check_contact(division: Division, row: Row, before: Row | None, problems: list[Message]) -> None:
    """At least one of the two names (fact 4.4); the title must exist (M14)."""
    _check_id_exists(division, row, "Accounts", "Account", problems)
    if not row.get("FirstName") and not row.get("LastName"):
        problems.append(messages.mandatory("LastName"))
    if row.get("Title") and row["Title"].strip() not in division.titles:
        problems.append(messages.invalid_reference("Title"))
    if row.get("Gender") not in {None, "", "M", "V", "O"}:
        problems.append(messages.invalid("Gender"))
    if before is None:
        row.setdefault("HID", len(division["Contacts"]) + 1)
        row.setdefault("Code", str(row["HID"]))


def _check_bank_account(division: Division, row: Row, before: Row | None, problems: list[Message]) -> None:
    _check_id_exists(division, row, "Accounts", "Account", problems)
    if row.get("BankAccount") and not is_bank_account(row["BankAccount"]):
        problems.append(messages.invalid("BankAccount"))
    row.setdefault("Type", "A")
    others = [
        each for each in division["BankAccounts"].find("Account", row.get("Account")) if each is not before
    ]
    row.setdefault("Main", not others)
    if row["Main"]:
        for each in others:
            each["Main"] = False
            division.save("BankAccounts", each)


def is_bank_account(text: str) -> bool:
    """Return whether a text is an IBAN with a right check number, or a plain account number."""
    plain = re.sub(r"[\s.]", "", text).upper()
    if plain.isascii() and plain.isdecimal():
        return len(plain) <= 30
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}", plain):
        return False
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def _check_ledger_account(division: Division, row: Row, before: Row | None, problems: list[Message]) -> None:
    _check_code_is_unique(division, "GLAccounts", row, before, problems)
    _check_codes_exist(division, row, "VATCodes", ("VATCode",), problems)
    kind = row["Type"] = 90 if row.get("Type") is None else row["Type"]
    row.setdefault("BalanceType", "W" if kind >= 110 and kind < 300 else "B")
    row.setdefault("BalanceSide", "C" if kind in {22, 24, 50, 52, 55, 110, 140, 160} else "D")
    row.setdefault("IsBlocked", False)


def _check_vat_code(division: Division, row: Row, before: Row | None, problems: list[Message]) -> None:
    _check_code_is_unique(division, "VATCodes", row, before, problems)
    row.setdefault("Type", "E")
    if row["Type"] not in {"B", "E", "I", "N"}:
        problems.append(messages.invalid("Type"))
    row.setdefault("IsBlocked", False)
    row.setdefault("VATTransactionType", "B")
    _check_ledger_account_type(division, row, "GLToPay", VAT, messages.WRONG_VAT_ACCOUNT_TYPE, problems)


def _check_journal(division: Division, row: Row, before: Row | None, problems: list[Message]) -> None:
    if not row.get("Code"):
        problems.append(messages.mandatory("Code"))
    _check_code_is_unique(division, "Journals", row, before, problems)
    _check_id_exists(division, row, "GLAccounts", "GLAccount", problems)
    row.setdefault("Type", 90)
    row.setdefault("AllowVAT", row["Type"] != 90)
    row.setdefault("IsBlocked", False)
    row.setdefault("Currency", division.currency)


def _check_payment_condition(
    division: Division, row: Row, before: Row | None, problems: list[Message]
) -> None:
    _check_code_is_unique(division, "PaymentConditions", row, before, problems)
    row.setdefault("PaymentMethod", "B")
    row.setdefault("PaymentDays", 0)
    row.setdefault("PaymentEndOfMonths", 0)
    row.setdefault("Percentage", 1.0)


def _check_attachment(division: Division, row: Row, before: Row | None, problems: list[Message]) -> None:
    _check_id_exists(division, row, "Documents", "Document", problems)
    row["FileSize"] = float(len(base64.b64decode(row.get("Attachment") or "")))


def _check_document(division: Division, row: Row, before: Row | None, problems: list[Message]) -> None:
    _check_id_exists(division, row, "Accounts", "Account", problems)


_CHECKS: dict[str, Check] = {
    "Accounts": _check_relation,
    "BankAccounts": _check_bank_account,
    "Contacts": _check_contact,
    "DocumentAttachments": _check_attachment,
    "Documents": _check_document,
    "GLAccounts": _check_ledger_account,
    "Journals": _check_journal,
    "PaymentConditions": _check_payment_condition,
    "VATCodes": _check_vat_code,
}

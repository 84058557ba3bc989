"""``/docs/XMLUpload.aspx``: many transactions or relations in one call, a message each.

Facts 5.1, 5.5 to 5.14. The import screen takes the same files. Amounts are as booked: debit
positive. A transaction in a sales journal may give its debtor line and VAT lines or leave them to
Exact; what it gives must agree with what Exact computes.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from xml.etree import ElementTree

from simulator import messages, values, xml_relations
from simulator.accounting import journal, sales, vat
from simulator.accounting.money import cents, euros
from simulator.clock import AMSTERDAM
from simulator.division import Division
from simulator.exchange import Request, Response
from simulator.messages import Message
from simulator.people import User
from simulator.rejections import Rejection, bad_request, content_rejection
from simulator.tables import Row

TOPIC = "GLTransactions"
NODES = {TOPIC: "GLTransaction", xml_relations.TOPIC: "Account"}
"""Topic -> its element."""
ERROR, SUCCESS, FATAL = "0", "2", "3"
VAT_ACCOUNT, DEBTORS = 24, 20


def upload(division: Division, request: Request, topic: str, user: User) -> Response:
    """Answer 200 with one message per transaction or relation.

    Each is its own unit, so some may be booked and others not (fact 5.12).
    """
    if topic not in NODES:
        raise bad_request(f"Topic '{topic}' is not supported.")
    root = ElementTree.Element("eExact")
    found = ElementTree.SubElement(root, "Messages")
    breaks_after, division.upload_breaks_after = division.upload_breaks_after, None
    for place, element in enumerate(_elements(request.content, topic)):
        if place == breaks_after:
            return Response(status_code=500)
        _message(found, division, user, topic, element)
    return Response(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True), media_type="text/xml")


def _elements(body: bytes, topic: str) -> Iterator[ElementTree.Element]:
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise bad_request("The XML is not valid: a document type is not allowed.")
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise bad_request(f"The XML is not valid: {error}") from None
    if root.tag != "eExact" or root.find(topic) is None:
        raise bad_request(f"The XML is not valid: eExact/{topic} is missing.")
    return root.iterfind(f"{topic}/{NODES[topic]}")


def _message(
    found: ElementTree.Element, division: Division, user: User, topic: str, element: ElementTree.Element
) -> None:
    is_entry = topic == TOPIC
    number = element.get("entry" if is_entry else "code", "")
    try:
        if is_entry:
            entry = book(division, element, user.id)
            key, number = entry["EntryID"], str(entry["EntryNumber"])
        else:
            key = xml_relations.save(division, element, user.id)["ID"]
        kind, text = SUCCESS, "Aangemaakt" if user.language == "NL" else "Created"
    except Rejection as rejection:
        kind, key, text = ERROR, "", _sentence(topic, rejection, user)
    message = ElementTree.SubElement(found, "Message", type=kind)
    of = ElementTree.SubElement(message, "Topic", code=topic, node=NODES[topic])
    ElementTree.SubElement(of, "Data", keyAlt=number, key=key)
    ElementTree.SubElement(message, "Date").text = (
        division.clock.now().astimezone(AMSTERDAM).strftime("%Y-%m-%dT%H:%M:%S")
    )
    ElementTree.SubElement(message, "Description").text = text


def _sentence(topic: str, rejection: Rejection, user: User) -> str:
    dutch = user.language == "NL"
    texts = " ".join(nl if dutch else en for nl, en in rejection.messages)
    return f"Onderwerp [{topic}] {texts}" if dutch else f"Topic [{topic}] {texts}"


def book(division: Division, transaction: ElementTree.Element, user: str | None) -> Row:
    """Book one GLTransaction and return the entry; Rejection otherwise.

    The type of its journal decides whether it is a sales entry or a general journal entry.
    """
    code = _attribute(transaction, "Journal", "code")
    if not code:
        raise content_rejection(messages.mandatory("Journal"))
    found = division.find_by_code("Journals", code)
    if found is None:
        raise content_rejection(messages.UNKNOWN_JOURNAL)
    lines = [_line(division, transaction, line) for line in transaction.iterfind("GLTransactionLine")]
    if found.get("Type") == sales.SALES_JOURNAL:
        return _book_sales(division, transaction, code, lines, user)
    if found.get("Type") == journal.GENERAL_JOURNAL:
        return _book_general(division, transaction, code, lines, user)
    raise content_rejection(messages.invalid("Journal"))


def _line(division: Division, transaction: ElementTree.Element, line: ElementTree.Element) -> Row:
    account = division.find_by_code("GLAccounts", _attribute(line, "GLAccount", "code"))
    if account is None:
        raise content_rejection(messages.mandatory("Account"))
    relation_code = _attribute(line, "Account", "code") or _attribute(transaction, "Account", "code")
    relation = division.find_by_code("Accounts", relation_code) if relation_code else None
    if relation_code and relation is None:
        raise content_rejection(messages.mandatory("Account"))
    return {
        "GLAccount": account["ID"],
        "_type": account.get("Type"),
        "Account": relation["ID"] if relation else None,
        "Amount": _parse_amount(line.findtext("Amount/Value")),
        "VATCode": _attribute(line, "Amount/VAT", "code") or "",
        "VATAmount": None
        if line.find("Amount/VATAmount") is None
        else _parse_amount(line.findtext("Amount/VATAmount")),
        "Date": _parse_date(line.findtext("Date") or transaction.findtext("Date")),
        "Description": line.findtext("Description"),
        "YourRef": line.findtext("References/YourRef"),
        "PaymentReference": line.findtext("References/PaymentReference"),
    }


def _header(transaction: ElementTree.Element) -> Row:
    year, period = (
        _attribute(transaction, "FinYear", "number"),
        _attribute(transaction, "FinPeriod", "number"),
    )
    return {
        "EntryNumber": _parse_whole(transaction.get("entry")),
        "year": _parse_whole(year),
        "period": _parse_whole(period),
        "Date": _parse_date(transaction.findtext("Date")),
        "Description": transaction.findtext("Description"),
    }


def _book_sales(
    division: Division, transaction: ElementTree.Element, code: str, lines: list[Row], user: str | None
) -> Row:
    header = _header(transaction)
    base = [line for line in lines if line["_type"] not in {VAT_ACCOUNT, DEBTORS}]
    _check_vat_lines(division, transaction, base, [line for line in lines if line["_type"] == VAT_ACCOUNT])
    first = lines[0] if lines else {}
    condition = _attribute(transaction, "PaymentCondition", "code")
    values_of_entry = {
        "Customer": next((line["Account"] for line in lines if line["Account"]), None),
        "Journal": code,
        "EntryDate": header["Date"],
        "EntryNumber": header["EntryNumber"],
        "ReportingYear": header["year"],
        "ReportingPeriod": header["period"],
        "Description": header["Description"],
        "YourRef": first.get("YourRef"),
        "PaymentReference": first.get("PaymentReference"),
        "PaymentCondition": condition,
        "SalesEntryLines": [_sales_line(line) for line in base],
    }
    entry = sales.book(division, values_of_entry, user)
    _check_debtor_line(division, entry, [line for line in lines if line["_type"] == DEBTORS], user)
    return entry


def _sales_line(line: Row) -> Row:
    vat_amount = None if line["VATAmount"] is None else euros(-cents(line["VATAmount"]))
    common = {"GLAccount": line["GLAccount"], "Description": line["Description"], "VATCode": line["VATCode"]}
    return {**common, "AmountFC": euros(-cents(line["Amount"])), "VATAmountFC": vat_amount}


def _check_vat_lines(
    division: Division, transaction: ElementTree.Element, base: list[Row], given: list[Row]
) -> None:
    """A VAT line must be the sum of the VAT of its base lines (fact 5.8)."""
    if not given:
        return
    computed: dict[str, int] = defaultdict(int)
    for line in base:
        problems: list[Message] = []
        code = division.find_by_code("VATCodes", line["VATCode"])
        override = None if line["VATAmount"] is None else -line["VATAmount"]
        split = vat.split(division, code, -cents(line["Amount"]), override, line["Date"] or 0, problems)
        computed[line["VATCode"].strip()] += split.vat
    for line in given:
        computed[line["VATCode"].strip()] += cents(line["Amount"])
    wrong = [code for code, difference in computed.items() if difference]
    if wrong:
        raise content_rejection(
            *(messages.vat_line_differs(transaction.get("entry", ""), code) for code in wrong)
        )


def _check_debtor_line(division: Division, entry: Row, given: list[Row], user: str | None) -> None:
    difference = sum(cents(line["Amount"]) for line in given) - cents(entry["AmountDC"])
    if given and difference:
        sales.remove(division, division["SalesEntries"].rows[entry["EntryID"]], user)
        raise content_rejection(
            messages.not_balanced(entry["ReportingYear"], entry["ReportingPeriod"], difference)
        )


def _book_general(
    division: Division, transaction: ElementTree.Element, code: str, lines: list[Row], user: str | None
) -> Row:
    header = _header(transaction)
    kept = ("GLAccount", "Account", "Date", "Description", "VATCode")
    entry = {
        "JournalCode": code,
        "EntryNumber": header["EntryNumber"],
        "FinancialYear": header["year"],
        "FinancialPeriod": header["period"],
        "GeneralJournalEntryLines": [
            {
                **{name: line[name] for name in kept},
                "AmountFC": line["Amount"],
                "AmountVATFC": line["VATAmount"],
            }
            for line in lines
        ],
    }
    return journal.book(division, entry, user)


def _attribute(element: ElementTree.Element, path: str, name: str) -> str | None:
    found = element.find(path)
    return None if found is None else found.get(name)


def _parse_amount(text: str | None) -> float:
    try:
        number = float(text or 0)
    except ValueError:
        raise content_rejection(messages.invalid("AmountFC")) from None
    if not math.isfinite(number):
        raise content_rejection(messages.invalid("AmountFC"))
    return number


def _parse_whole(text: str | None) -> int | None:
    try:
        return None if not text else int(text)
    except ValueError:
        raise content_rejection(messages.invalid("EntryNumber")) from None


def _parse_date(text: str | None) -> int | None:
    try:
        return None if not text else values.stamp(text)
    except (ValueError, OverflowError):
        raise content_rejection(("Ongeldig: Datum", "Invalid: Date")) from None

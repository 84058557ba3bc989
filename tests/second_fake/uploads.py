"""The XML upload of this Exact: it takes what it knows, in the order that it knows, and no more."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from tests.second_fake.books import Books, Rejected
from tests.second_fake.shapes import Row

TOPIC, ENTRY, LINE = "GLTransactions", "GLTransaction", "GLTransactionLine"
SALES, GENERAL, DEBTORS = 20, 90, 20
ORDER: dict[str, tuple[str, ...]] = {
    "eExact": (TOPIC,),
    TOPIC: (ENTRY,),
    ENTRY: (
        "TransactionType", "Journal", "PaymentCondition", "Date", "FinYear", "FinPeriod", "Description", LINE,
    ),
    LINE: (
        "Date", "VATType", "FinYear", "FinPeriod", "GLAccount", "Description", "Account", "Amount",
        "References", "Note",
    ),
    "Amount": ("Currency", "Value", "VAT", "VATAmount"),
    "References": ("PaymentReference", "YourRef"),
}  # fmt: skip
"""Element -> its children in order. What is not here has text or an attribute alone."""
ATTRIBUTE = {
    ENTRY: "entry", LINE: "line", "TransactionType": "number", "FinYear": "number", "FinPeriod": "number",
    "Journal": "code", "PaymentCondition": "code", "GLAccount": "code", "Account": "code",
    "Currency": "code", "VAT": "code",
}  # fmt: skip
MANY = (ENTRY, LINE)
AMOUNT, DAY = re.compile(r"-?\d+\.\d\d"), re.compile(r"\d{4}-\d\d-\d\d")


def upload(books: Books, topic: str, body: bytes) -> bytes:
    """Book each entry by itself, and answer in messages. Raises ValueError for another file."""
    if topic != TOPIC:
        raise ValueError(f"Topic {topic}")
    if b"<!" in body:
        raise ValueError("document type")
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from None
    if root.tag != "eExact":
        raise ValueError(root.tag)
    _check(root)
    messages = [_message(books, entry) for entry in root.iterfind(f"{TOPIC}/{ENTRY}")]
    if books.shapes.uploads == "silent":
        messages = [message for message in messages if message.get("type") != "2"]
    elif books.shapes.uploads == "turned":
        messages.reverse()
    answer = Element("eExact")
    ElementTree.SubElement(answer, "Messages").extend(messages)
    return ElementTree.tostring(answer, encoding="utf-8", xml_declaration=True)


def _check(element: Element) -> None:
    """Names, order and attributes. Raises ValueError."""
    known = ORDER.get(element.tag, ())
    places = [_place(known, element.tag, child.tag) for child in element]
    if places != sorted(places):
        raise ValueError(f"order of {element.tag}: {[child.tag for child in element]}")
    for name in {child.tag for child in element} - {*MANY}:
        if len(element.findall(name)) > 1:
            raise ValueError(f"{element.tag} has {name} more than once")
    allowed = {ATTRIBUTE[element.tag]} if element.tag in ATTRIBUTE else set()
    if set(element.attrib) != allowed:
        raise ValueError(f"attributes of {element.tag}: {sorted(element.attrib)}")
    for child in element:
        _check(child)


def _place(known: tuple[str, ...], parent: str, name: str) -> int:
    if name not in known:
        raise ValueError(f"{parent} has no {name}")
    return known.index(name)


def _message(books: Books, entry: Element) -> Element:
    number, key = entry.get("entry", ""), ""
    try:
        made = _book(books, entry)
        kind, key, text = "2", f"{{{made['EntryID']}}}", "Verwerkt"
        number = str(made["EntryNumber"])
        books.writes.append(("POST", "XMLUpload"))
    except Rejected as words:
        kind, text = "0", f"Onderwerp [{TOPIC}] {words}"
    message = Element("Message", type=kind)
    topic = ElementTree.SubElement(message, "Topic", code=TOPIC, node=ENTRY)
    ElementTree.SubElement(topic, "Data", keyAlt=number, key=key)
    ElementTree.SubElement(message, "Description").text = text
    return message


def _book(books: Books, entry: Element) -> Row:
    """Make of an entry what a call for it alone would bring. Raises Rejected."""
    journal = _by_code(books, "Journals", _code(entry, "Journal"))
    lines = [_line(books, line) for line in entry.iterfind(LINE)]
    if not lines:
        raise Rejected("Verplicht: Boekingsregels")
    _check_period(entry)
    head = {"EntryNumber": int(entry.get("entry", ""))}
    if journal["Type"] == SALES:
        return _sales_entry(books, entry, head | {"Journal": journal["Code"]}, lines)
    if journal["Type"] != GENERAL:
        raise Rejected("Ongeldig: Dagboek")
    head |= {"JournalCode": journal["Code"], "GeneralJournalEntryLines": list(map(_general, lines))}
    return books.make("GeneralJournalEntries", head)


def _general(line: Row) -> Row:
    """A line as a call for one entry has it."""
    sent = {**line, "AmountFC": line["value"]}
    if line["vat"] is not None:
        sent["AmountVATFC"] = line["vat"]
    if line["relation"]:
        sent["Account"] = line["relation"]
    return sent


def _sales_entry(books: Books, entry: Element, head: Row, lines: list[Row]) -> Row:
    """Exact's own lines may be given, and must be as it makes them."""
    _by_code(books, "PaymentConditions", _code(entry, "PaymentCondition"))
    own = [line for line in lines if line["type"] == DEBTORS]
    base = [line for line in lines if line["type"] != DEBTORS]
    total = Decimal(0)
    sent = []
    for line in base:
        made = {**line, "AmountFC": -line["value"]}
        if line["vat"] is not None:
            made["VATAmountFC"] = -line["vat"]
        net, tax, _ = books._split(made, made.get("VATAmountFC"))
        total += net + tax
        sent.append(made)
    if own and sum(line["value"] for line in own) != total:
        raise Rejected("De boeking is niet in evenwicht")
    relations = {line["relation"] for line in lines if line["relation"]}
    references = {line["reference"] for line in lines if line["reference"]}
    if len(relations) != 1 or len(references) != 1:
        raise Rejected("Verplicht: Klant, Uw ref.")
    text = {"Description": entry.findtext("Description"), "YourRef": references.pop()}
    return books.make(
        "SalesEntries",
        head | text | {"Customer": relations.pop(), "EntryDate": _day(entry), "SalesEntryLines": sent},
    )


def _line(books: Books, line: Element) -> Row:
    account = _by_code(books, "GLAccounts", _code(line, "GLAccount"))
    code = _code(line, "Account")
    if line.findtext("Amount/Value") is None or _code(line, "Amount/Currency") != "EUR":
        raise Rejected("Verplicht: Bedrag")
    vat = line.findtext("Amount/VATAmount")
    return {
        "GLAccount": account["ID"], "type": account["Type"], "Date": _day(line),
        "Description": line.findtext("Description") or "", "VATCode": _code(line, "Amount/VAT") or "",
        "value": _amount(line.findtext("Amount/Value")), "vat": None if vat is None else _amount(vat),
        "relation": _by_code(books, "Accounts", code)["ID"] if code else None,
        "reference": line.findtext("References/YourRef"),
    }  # fmt: skip


def _by_code(books: Books, table: str, code: str | None) -> Row:
    found = [row for row in books.tables[table] if code and (row["Code"] or "").strip() == code]
    if len(found) != 1:
        raise Rejected(f"Ongeldige referentie: {table} {code or ''}")
    return found[0]


def _check_period(entry: Element) -> None:
    day = dt.date.fromisoformat(_day(entry))
    given = [(entry.find(name), value) for name, value in (("FinYear", day.year), ("FinPeriod", day.month))]
    if any(element is None or element.get("number") != str(value) for element, value in given):
        raise Rejected("Ongeldig: Periode")


def _code(element: Element, path: str) -> str | None:
    found = element.find(path)
    return None if found is None else found.get("code")


def _day(element: Element) -> str:
    text = element.findtext("Date") or ""
    if not DAY.fullmatch(text):
        raise Rejected(f"Ongeldig: Datum {text}")
    return text


def _amount(text: str | None) -> Decimal:
    if text is None or not AMOUNT.fullmatch(text):
        raise Rejected(f"Ongeldig: Bedrag {text}")
    return Decimal(text)

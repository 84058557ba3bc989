"""A division's auditfile of one financial year (XAF 3.2 or 4.0), as Exact Online exports it.

All entries of the year, whoever made them, with every line (facts 9.1, 9.3): debtor lines, VAT
lines, relations with their names. Which line element has "your reference" is not documented
(fact 9.4), so who exports chooses it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape

from simulator.accounting.money import cents
from simulator.division import Division
from simulator.tables import Row

NAMESPACES = {
    "3.2": "http://www.auditfiles.nl/XAF/3.2",
    "4.0": "http://www.odb.belastingdienst.nl/Belastingdienst/BCPP/1.1/structures/XmlauditfileXAF_4.0",
}
JOURNAL_TYPES = {10: "C", 12: "B", 16: "B", 20: "S", 22: "P", 90: "M"}
"""Type of a journal in Exact -> jrnTp."""
BALANCE_BELOW = 110
"""Types of ledger accounts from here on are of profit and loss."""
VAT_ON_LINE = frozenset({"V", "X", "S"})
"""VATType of the lines that carry the VAT code with its amount; the others are VAT lines."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML 1.0 can't carry."""

Version = Literal["3.2", "4.0"]
ReferenceIn = Literal["docRef", "invRef", "desc"]


@dataclass(frozen=True)
class Choice:
    """What is exported, and how."""

    year: int
    version: Version = "3.2"
    reference_in: ReferenceIn = "invRef"
    """The line's element with "your reference" of a sales entry."""


def auditfile(division: Division, choice: Choice) -> bytes:
    """Return the file. ValueError when the division has no such financial year."""
    return "".join(_document(division, choice)).encode()


def _document(division: Division, choice: Choice) -> Iterator[str]:
    periods = sorted(
        (row for row in division["FinancialPeriods"] if row["FinYear"] == choice.year),
        key=lambda row: int(row["FinPeriod"]),
    )
    if not periods:
        raise ValueError(f"Division {division.code} has no financial year {choice.year}.")
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<auditfile xmlns="{NAMESPACES[choice.version]}">\n'
    yield _block(
        "header",
        fiscalYear=str(choice.year),
        startDate=_day(periods[0]["StartDate"]),
        endDate=_day(periods[-1]["EndDate"]),
        curCode=division.currency,
        dateCreated=_day(division.clock.today_stamp()),
        softwareDesc="Exact Online",
        softwareVersion="1.0",
    )
    yield "<company>\n"
    ident = "Commercenr" if choice.version == "4.0" else "companyIdent"
    yield _leaves(**{ident: division.registered.get("ChamberOfCommerceNumber") or str(division.code)})
    yield _leaves(
        companyName=division.name,
        taxRegistrationCountry="NL",
        taxRegIdent=division.registered.get("VATNumber") or "NL000000000B00",
    )
    yield from _master_data(division, choice, periods)
    yield from _transactions(division, choice)
    yield "</company>\n</auditfile>\n"


def _master_data(division: Division, choice: Choice, periods: list[Row]) -> Iterator[str]:
    yield "<customersSuppliers>\n"
    for row in sorted(division["Accounts"], key=lambda row: str(row["Code"])):
        yield _block("customerSupplier", custSupID=row["Code"].strip(), custSupName=row["Name"][:50])
    yield "</customersSuppliers>\n<generalLedger>\n"
    codes = {row["ID"]: row["Code"].strip() for row in division["GLAccounts"]}
    for row in sorted(division["GLAccounts"], key=lambda row: str(row["Code"])):
        yield _block(
            "ledgerAccount",
            accID=row["Code"].strip(),
            accDesc=row["Description"],
            accTp="B" if row["Type"] < BALANCE_BELOW else "P",
        )
    yield "</generalLedger>\n<vatCodes>\n"
    for row in division["VATCodes"]:
        account = codes.get(row.get("GLToPay") or "")
        to_pay = {"vatToPayAccID": account} if account else {}
        yield _block("vatCode", vatID=row["Code"].strip(), vatDesc=row["Description"], **to_pay)
    yield "</vatCodes>\n<periods>\n"
    for row in periods:
        yield _block(
            "period",
            periodNumber=str(row["FinPeriod"]),
            startDatePeriod=_day(row["StartDate"]),
            endDatePeriod=_day(row["EndDate"]),
        )
    yield "</periods>\n"


def _transactions(division: Division, choice: Choice) -> Iterator[str]:
    entries: dict[str, dict[tuple[int, str], list[Row]]] = defaultdict(lambda: defaultdict(list))
    debit = credit = lines = 0
    for line in division["TransactionLines"]:
        if line["FinancialYear"] == choice.year:
            entries[line["JournalCode"]][line["EntryNumber"], line["EntryID"]].append(line)
            amount = cents(line["AmountDC"])
            debit, credit, lines = debit + max(amount, 0), credit - min(amount, 0), lines + 1
    yield "<transactions>\n"
    yield _leaves(linesCount=str(lines), totalDebit=_euros(debit), totalCredit=_euros(credit))
    for code, of_journal in sorted(entries.items()):
        journal = division.find_by_code("Journals", code) or {}
        kind = JOURNAL_TYPES.get(journal.get("Type") or 0, "Z")
        yield "<journal>\n"
        yield _leaves(jrnID=code.strip(), desc=journal.get("Description") or code.strip(), jrnTp=kind)
        for (number, _), of_entry in sorted(of_journal.items()):
            yield from _transaction(division, choice, number, of_entry)
        yield "</journal>\n"
    yield "</transactions>\n"


def _transaction(division: Division, choice: Choice, number: int, lines: list[Row]) -> Iterator[str]:
    head = min(lines, key=lambda line: int(line["LineNumber"]))
    yield "<transaction>\n"
    described = {"desc": head["Description"]} if head.get("Description") else {}
    yield _leaves(nr=str(number), **described)
    yield _leaves(periodNumber=str(head["FinancialPeriod"]), trDt=_day(head["Date"]))
    in_order = sorted(lines, key=lambda line: (int(line["LineNumber"]), str(line["ID"])))
    for place, line in enumerate(in_order, start=1):
        yield _line(division, choice, place, line)
    yield "</transaction>\n"


def _line(division: Division, choice: Choice, place: int, line: Row) -> str:
    amount = cents(line["AmountDC"])
    texts = {
        "docRef": str(line["EntryNumber"]),
        "desc": line.get("Description") or "",
        "invRef": str(line.get("InvoiceNumber") or ""),
    }
    if line.get("YourRef"):
        texts[choice.reference_in] = line["YourRef"]
    party = division["Accounts"].get(line.get("Account") or "")
    leaves = _leaves(
        nr=str(place),
        accID=division["GLAccounts"].rows[line["GLAccount"]]["Code"].strip(),
        docRef=texts["docRef"],
        effDate=_day(line["Date"]),
    )
    if texts["desc"]:
        leaves += _leaves(desc=texts["desc"])
    leaves += _leaves(amnt=_euros(abs(amount)), amntTp="C" if amount < 0 else "D")
    if party is not None:
        leaves += _leaves(custSupID=party["Code"].strip())
    if texts["invRef"]:
        leaves += _leaves(invRef=texts["invRef"])
    return f"<trLine>{leaves}{_vat(division, line)}</trLine>\n"


def _vat(division: Division, line: Row) -> str:
    if not line.get("VATCode") or line.get("VATType") not in VAT_ON_LINE:
        return ""
    tax = cents(line.get("AmountVATFC") or 0)
    sign = "C" if tax < 0 or (tax == 0 and cents(line["AmountDC"]) < 0) else "D"
    return _block(
        "vat",
        vatID=line["VATCode"].strip(),
        vatPerc=f"{float(line.get('VATPercentage') or 0) * 100:.3f}",
        vatAmnt=_euros(abs(tax)),
        vatAmntTp=sign,
    )


def _block(name: str, **leaves: str) -> str:
    return f"<{name}>{_leaves(**leaves)}</{name}>\n"


def _leaves(**leaves: str) -> str:
    return "".join(f"<{name}>{escape(_CONTROL.sub('', text))}</{name}>" for name, text in leaves.items())


def _euros(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"


def _day(stamp: int) -> str:
    return dt.datetime.fromtimestamp(stamp / 1000, dt.UTC).date().isoformat()

"""What this Exact keeps, and the lines that an entry books."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

from tests.second_fake.shapes import Row, Shapes

ODD_TYPES = (None, "", "999", "Q", 999)


class Rejected(Exception):
    """Words for whoever sent it."""


class Books:
    """One administration: tables of rows, by resource."""

    def __init__(self, document: Mapping[str, Any], shapes: Shapes) -> None:
        """`document` says what the administration holds, as docs/contracts.md (Demo settings)."""
        self.tables: dict[str, list[Row]] = defaultdict(list)
        self.shapes = shapes
        self.writes: list[tuple[str, str]] = []
        """Executed POSTs and PUTs: method and resource."""
        self.blocked_references: set[str] = set()
        self._versions = itertools.count(1)
        self._own_numbers = itertools.count(1_000_001)
        self._set_up(document)

    # --- setting up -------------------------------------------------------------------------------

    def _set_up(self, document: Mapping[str, Any]) -> None:
        for row in document["GLAccounts"]:
            self._add("GLAccounts", **row, IsBlocked=False, VATCode=None, UseCostcenter=0, UseCostunit=0)
        for row in document["VATCodes"]:
            given = {name: value for name, value in row.items() if name != "GLToPayCode"}
            self._add("VATCodes", **given, GLToPay=self._account(row["GLToPayCode"]), IsBlocked=False)
        for row in document["Journals"]:
            given = {name: value for name, value in row.items() if name != "GLAccountCode"}
            account = row["GLAccountCode"] and self._account(row["GLAccountCode"])
            self._add("Journals", **given, GLAccount=account, IsBlocked=False)
        for row in document["PaymentConditions"]:
            self._add("PaymentConditions", **row, PaymentEndOfMonths=0)
        for year, month in itertools.product(document["FinancialYears"], range(1, 13)):
            last = calendar.monthrange(year, month)[1]
            days = {"StartDate": dt.date(year, month, 1), "EndDate": dt.date(year, month, last)}
            self._add("FinancialPeriods", FinYear=year, FinPeriod=month, **days)
        if self.shapes.odd_rows:
            for place, odd in enumerate(ODD_TYPES):
                for table in ("GLAccounts", "VATCodes", "Journals"):
                    self._add(table, Code=f"x{place}", Type=odd)
            self._add("VATCodes", Code=None, Type="E")

    def _account(self, code: str) -> str:
        return next(str(row["ID"]) for row in self.tables["GLAccounts"] if row["Code"] == code)

    def _add(self, table: str, **values: Any) -> Row:
        row = {"ID": str(uuid4()), "Timestamp": str(next(self._versions)), **values}
        self.tables[table].append(row)
        return row

    def one(self, table: str, row_id: str) -> Row:
        """A row by its id. Raises KeyError."""
        for row in self.tables[table]:
            if row.get("EntryID", row["ID"]).lower() == row_id.lower():
                return row
        raise KeyError(row_id)

    # --- writing ----------------------------------------------------------------------------------

    def make(self, table: str, sent: Row) -> Row:
        """Execute a POST and return what was made. Raises Rejected."""
        if table == "SalesEntries":
            return self._sales_entry(sent)
        if table == "GeneralJournalEntries":
            return self._journal_entry(sent)
        if table == "Accounts":
            if any(row["Code"] == sent["Code"] for row in self.tables[table]):
                raise Rejected("Gegeven bestaat reeds.")
            sent = {"IsSupplier": False, "Blocked": False, "Modified": dt.date(2026, 11, 22), **sent}
        elif not any(row["ID"] == sent["Account"] for row in self.tables["Accounts"]):
            raise Rejected("Ongeldige referentie: Account")
        return self._add(table, **sent)

    def change(self, table: str, row_id: str, sent: Row) -> None:
        """Execute a PUT. Raises KeyError when there is no such row."""
        self.one(table, row_id).update(sent, Timestamp=str(next(self._versions)))

    def _sales_entry(self, sent: Row) -> Row:
        day = dt.date.fromisoformat(sent["EntryDate"][:10])
        (journal,) = [row for row in self.tables["Journals"] if row["Code"] == sent["Journal"]]
        head = self._head(sent, sent["Journal"], day, sent["YourRef"], sent["Customer"])
        total = Decimal(0)
        vat: dict[str, Decimal] = defaultdict(Decimal)
        lines = []
        for number, line in enumerate(sent["SalesEntryLines"], start=1):
            net, tax, to_pay = self._split(line, line.get("VATAmountFC"))
            lines.append((number, line["GLAccount"], -net, line.get("VATCode")))
            vat[to_pay] -= tax
            total += net + tax
        lines.append((0, journal["GLAccount"], total, None))
        lines += [(9999, account, tax, None) for account, tax in vat.items() if tax]
        self._book(head, lines, 20 if total >= 0 else 21)
        names = {"Journal": sent["Journal"], "ReportingYear": day.year, "ReportingPeriod": day.month}
        return self._add(
            "SalesEntries", **names, EntryID=head["EntryID"], EntryNumber=head["EntryNumber"], EntryDate=day,
            Customer=sent["Customer"], AmountDC=float(total), YourRef=sent["YourRef"],
        )  # fmt: skip

    def _journal_entry(self, sent: Row) -> Row:
        given = sent["GeneralJournalEntryLines"]
        day = dt.date.fromisoformat(given[0]["Date"][:10])
        customer = next(line["Account"] for line in given if "Account" in line)
        head = self._head(sent, sent["JournalCode"], day, None, customer)
        vat: dict[str, Decimal] = defaultdict(Decimal)
        lines = []
        for number, line in enumerate(given, start=1):
            net, tax, to_pay = self._split(line, line.get("AmountVATFC"))
            lines.append((number, line["GLAccount"], net, line.get("VATCode")))
            vat[to_pay] += tax
        lines += [(9999, account, tax, None) for account, tax in vat.items() if tax]
        if sum(amount for _, _, amount, _ in lines):
            raise Rejected("De boeking is niet in evenwicht")
        self._book(head, lines, 90, given[0]["Description"])
        if self.shapes.line_0:
            self._header(head)
        kept = {name: head[name] for name in ("EntryID", "EntryNumber", "FinancialYear", "FinancialPeriod")}
        return self._add("GeneralJournalEntries", **kept, JournalCode=sent["JournalCode"])

    def _head(self, sent: Row, journal: str, day: dt.date, reference: str | None, customer: str) -> Row:
        """What all lines of an entry share; looks at number, customer and accounts."""
        if reference in self.blocked_references:
            raise Rejected("Geblokkeerd: Grootboekrekening")
        if not any(row["ID"] == customer for row in self.tables["Accounts"]):
            raise Rejected("Ongeldige referentie: Klant")
        number = next(self._own_numbers) if self.shapes.own_entry_numbers else sent["EntryNumber"]
        taken = {(row["JournalCode"], row["FinancialYear"], row["EntryNumber"]) for row in self.lines}
        if (journal, day.year, number) in taken:
            raise Rejected("In gebruik: Boekstuknummer")
        return {
            "EntryID": str(uuid4()), "EntryNumber": number, "JournalCode": journal, "Date": day,
            "FinancialYear": day.year, "FinancialPeriod": day.month, "Account": customer,
            "YourRef": reference,
        }  # fmt: skip

    @property
    def lines(self) -> list[Row]:
        return self.tables["TransactionLines"]

    def _split(self, line: Row, vat: Any) -> tuple[Decimal, Decimal, str]:
        """Net, VAT, and the account of that VAT."""
        amount, tax = Decimal(str(line["AmountFC"])), Decimal(str(vat or 0))
        if not line.get("VATCode"):
            return amount, Decimal(0), ""
        (code,) = [row for row in self.tables["VATCodes"] if row["Code"] == line["VATCode"]]
        return amount - tax if code["Type"] == "I" else amount, tax, str(code["GLToPay"])

    def _book(self, head: Row, lines: list[Any], kind: int, description: str = "") -> None:
        codes = {row["ID"]: row["Code"] for row in self.tables["GLAccounts"]}
        for number, account, amount, vat_code in lines:
            self._add(
                "TransactionLines", **head, LineNumber=number, Type=kind, GLAccount=account,
                GLAccountCode=codes[account], AmountDC=float(amount), Description=description,
                VATCode=f"{vat_code:3}" if vat_code else None,
            )  # fmt: skip

    def _header(self, head: Row) -> None:
        """A line 0 that books nothing."""
        nothing = dict.fromkeys(("GLAccount", "GLAccountCode", "VATCode", "Description", "Account"))
        self._add("TransactionLines", **{**head, **nothing}, LineNumber=0, Type=90, AmountDC=0)

"""The lines a sales entry is booked as: debtor, revenue and VAT (fact 4.7a)."""

from __future__ import annotations

from itertools import groupby

from simulator.accounting import entries, vat
from simulator.accounting.money import cents, euros
from simulator.tables import Row

CREDIT_NOTE = 21


def _of_header(header: Row) -> Row:
    """Return what every line takes from the header."""
    return {
        "Account": header["Customer"],
        "Currency": header["Currency"],
        "Date": header["EntryDate"],
        "Document": header.get("Document"),
        "DueDate": header["DueDate"],
        "EntryNumber": header["EntryNumber"],
        "ExternalLinkReference": header.get("ExternalLinkReference"),
        "FinancialPeriod": header["ReportingPeriod"],
        "FinancialYear": header["ReportingYear"],
        "InvoiceNumber": header["InvoiceNumber"],
        "JournalCode": header["Journal"],
        "OrderNumber": header.get("OrderNumber"),
        "PaymentReference": header["PaymentReference"],
        "Status": header["Status"],
        "Type": header["Type"],
        "YourRef": header.get("YourRef"),
    }


def transactions(header: Row, lines: list[Row], splits: list[vat.VatSplit], receivables: str) -> list[Row]:
    """Return the transaction lines of a sales entry: debtor, one per line, one per VAT code."""
    common = _of_header(header)
    debtor = {**common, "LineNumber": 0, "Description": header.get("Description")}
    booked = [entries.transaction_line(header, receivables, cents(header["AmountDC"]), **debtor)]
    for line, split in zip(lines, splits, strict=True):
        described = {
            **common,
            "LineNumber": line["LineNumber"],
            "Description": line.get("Description") or header.get("Description"),
        }
        row = entries.transaction_line(
            header, line["GLAccount"], -split.net, **described, **_vat_of(split, header["Type"])
        )
        row.update(
            CostCenter=line.get("CostCenter"),
            CostUnit=line.get("CostUnit"),
            Notes=line.get("Notes"),
            Quantity=line.get("Quantity") or 0.0,
        )
        booked.append(row)
    return [*booked, *_vat_lines(header, splits, common)]


def _vat_of(split: vat.VatSplit, entry_type: int) -> Row:
    kind = ("X" if entry_type == CREDIT_NOTE else "V") if split.account else "S"
    return {
        "VATCode": split.code["Code"] if split.code else None,
        "VATPercentage": split.percentage,
        "VATType": kind,
        "AmountVATFC": euros(-split.vat),
        "AmountVATBaseFC": euros(-split.net),
    }


def _vat_lines(header: Row, splits: list[vat.VatSplit], common: Row) -> list[Row]:
    """One line per VAT code with an amount."""
    taxed = sorted(
        (split for split in splits if split.code and split.vat),
        key=lambda split: str(split.code and split.code["Code"]),
    )
    found = []
    for code, group in groupby(taxed, key=lambda split: split.code["Code"] if split.code else ""):
        parts = list(group)
        amount = sum(split.vat for split in parts)
        kind = "Z" if header["Type"] == CREDIT_NOTE else "A"
        more = {
            **common,
            "LineNumber": entries.VAT_LINE_NUMBER,
            "VATCode": code,
            "VATPercentage": parts[0].percentage,
            "VATType": kind,
        }
        more |= {
            "AmountVATBaseFC": euros(-sum(split.net for split in parts)),
            "Description": header.get("Description"),
        }
        found.append(entries.transaction_line(header, parts[0].account or "", -amount, **more))
    return found

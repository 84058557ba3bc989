"""Sales entries: checked, computed, and booked with debtor and VAT lines (facts 4.6, 4.7, 4.7a)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from simulator import messages
from simulator.accounting import entries, sales_lines, vat
from simulator.accounting import sales_checks as checks
from simulator.accounting.money import cents, euros
from simulator.division import Division
from simulator.messages import Message
from simulator.rejections import content_rejection
from simulator.tables import Row

SALES_JOURNAL, SALES_ENTRY = 20, 20
OPEN = 20


def book(division: Division, values: Row, user: str | None) -> Row:
    """Book a new sales entry with its lines and return it.

    A Rejection names everything that is wrong.
    """
    header = {"EntryID": values.get("EntryID") or str(uuid.uuid4()), **values}
    lines = header.pop("SalesEntryLines", None) or []
    if division["SalesEntries"].get(header["EntryID"]) is not None:
        raise content_rejection(messages.ALREADY_EXISTS)
    _check_and_write(division, header, lines, user)
    division.taken_numbers(header["Journal"], header["ReportingYear"]).add(header["EntryNumber"])
    return header


def change(division: Division, header: Row, values: Row, user: str | None) -> None:
    """Change a header by PUT.

    Only what is given changes, and everything is checked and generated again.
    """
    _check_open(division, header)
    changed = {**header, **values}
    _check_same_year(division, header, changed, values)
    if "Customer" in values:
        changed["PaymentReference"] = None
    if values.keys() & {"EntryDate", "PaymentCondition", "Customer"} and "DueDate" not in values:
        changed["DueDate"] = None
    old = header["Journal"], header["ReportingYear"], header["EntryNumber"]
    division.taken_numbers(*old[:2]).discard(old[2])
    try:
        _check_and_write(division, changed, lines_as_sent(lines_of(division, header["EntryID"])), user)
    except Exception:
        division.taken_numbers(*old[:2]).add(old[2])
        raise
    division.taken_numbers(changed["Journal"], changed["ReportingYear"]).add(changed["EntryNumber"])


def add_line(division: Division, values: Row, user: str | None) -> Row:
    """Add a line to an open entry and return it; Rejection otherwise."""
    header = division["SalesEntries"].get(values.get("EntryID"))
    if header is None:
        raise content_rejection(
            messages.invalid_reference("EntryID") if values.get("EntryID") else messages.mandatory("EntryID")
        )
    _check_open(division, header)
    line = dict(values)
    _write_again(division, header, [*lines_as_sent(lines_of(division, header["EntryID"])), line], user)
    return line


def change_line(division: Division, line: Row, values: Row, user: str | None) -> None:
    """Change a line of an open entry; Rejection otherwise."""
    header = division["SalesEntries"].rows[line["EntryID"]]
    _check_open(division, header)
    values.pop("EntryID", None)
    lines = lines_as_sent(lines_of(division, header["EntryID"]))
    changed = [{**each, **values} if each["ID"] == line["ID"] else each for each in lines]
    _write_again(division, header, changed, user)


def remove_line(division: Division, line: Row, user: str | None) -> None:
    """Delete a line; deleting the last one deletes the entry (fact 4.7a)."""
    header = division["SalesEntries"].rows[line["EntryID"]]
    _check_open(division, header)
    left = [each for each in lines_of(division, header["EntryID"]) if each["ID"] != line["ID"]]
    if not left:
        remove(division, header, user)
        return
    division.delete("SalesEntryLines", line["ID"], user)
    _write_again(division, header, lines_as_sent(left), user)


def remove(division: Division, header: Row, user: str | None) -> None:
    """Delete an open entry with its lines; Rejection otherwise."""
    _check_open(division, header)
    for line in lines_of(division, header["EntryID"]):
        division.delete("SalesEntryLines", line["ID"], user)
    entries.erase_transactions(division, header["EntryID"], user)
    division.taken_numbers(header["Journal"], header["ReportingYear"]).discard(header["EntryNumber"])
    division.delete("SalesEntries", header["EntryID"], user)


def lines_of(division: Division, entry_id: str) -> list[Row]:
    """Return the lines of an entry in the order of their numbers."""
    return sorted(
        division["SalesEntryLines"].find("EntryID", entry_id), key=lambda line: int(line["LineNumber"])
    )


def lines_as_sent(lines: list[Row]) -> list[Row]:
    """Return stored lines as the client gave them. What Exact computed is computed again.

    An empty VAT code stays empty.
    """
    return [{**line, "VATCode": line["VATCode"] or "", "VATAmountFC": line["_vat_sent"]} for line in lines]


def _check_open(division: Division, header: Row) -> None:
    problems: list[Message] = []
    if header["Status"] != OPEN:
        problems.append(messages.PROCESSED)
    entries.check_open(
        division, header["Journal"], header["ReportingYear"], header["ReportingPeriod"], problems
    )
    entries.reject_if_any(problems)


def _check_same_year(division: Division, header: Row, changed: Row, values: Row) -> None:
    if "EntryDate" in values and "ReportingYear" not in values:
        found = division.period_of(changed["EntryDate"] or 0)
        changed["ReportingYear"], changed["ReportingPeriod"] = found or (0, 0)
    if changed["ReportingYear"] != header["ReportingYear"]:
        raise content_rejection(messages.YEAR_IS_FIXED)


def _write_again(division: Division, header: Row, lines: list[Row], user: str | None) -> None:
    division.taken_numbers(header["Journal"], header["ReportingYear"]).discard(header["EntryNumber"])
    try:
        _check_and_write(division, dict(header), lines, user)
    finally:
        division.taken_numbers(header["Journal"], header["ReportingYear"]).add(header["EntryNumber"])


@dataclass(frozen=True)
class _Checked:
    """What a header points at, and the VAT of its lines."""

    customer: Row
    condition: Row
    receivables: str
    splits: list[vat.VatSplit]


def _check_and_write(division: Division, header: Row, lines: list[Row], user: str | None) -> None:
    """Check header and lines together, and write everything that Exact computes, or nothing."""
    checked = _check(division, header, lines)
    _fill_header(division, header, checked)
    header = division.add("SalesEntries", header, user)
    for number, (line, split) in enumerate(zip(lines, checked.splits, strict=True), start=1):
        _write_line(division, header, line, split, number, user)
    booked = sales_lines.transactions(header, lines, checked.splits, checked.receivables)
    entries.write_transactions(division, header["EntryID"], booked, user)


def _check(division: Division, header: Row, lines: list[Row]) -> _Checked:
    problems: list[Message] = []
    journal = entries.journal_of(division, header.get("Journal"), SALES_JOURNAL, "Journal", problems)
    customer = checks.customer_of(division, header.get("Customer"), journal, problems)
    checks.set_dates(division, header, problems)
    if journal is not None:
        header["Journal"] = journal["Code"]
        entries.check_open(
            division, journal["Code"], header["ReportingYear"], header["ReportingPeriod"], problems
        )
        header["EntryNumber"] = entries.number_for(
            division, journal["Code"], header["ReportingYear"], header.get("EntryNumber"), problems
        )
    entries.check_currency(division, header.get("Currency"), header.get("Rate"), problems)
    condition = checks.payment_condition_of(division, header, customer, problems)
    receivables = (customer or {}).get("GLAR") or (journal or {}).get("GLAccount")
    if journal is not None and journal.get("Type") == SALES_JOURNAL and not receivables:
        problems.append(messages.mandatory("GLAccount"))
    if not lines:
        problems.append(messages.mandatory("SalesEntryLines"))
    splits = [checks.vat_split_of(division, header, line, problems) for line in lines]
    entries.reject_if_any(problems)
    assert journal is not None
    assert customer is not None
    assert condition is not None
    assert receivables is not None
    return _Checked(customer, condition, receivables, splits)


def _fill_header(division: Division, header: Row, checked: _Checked) -> None:
    vat_total = sum(split.vat for split in checked.splits)
    total = sum(split.net for split in checked.splits) + vat_total
    kept_type = header.get("_sent_type") if division.switches.credit_note_type == "as_sent" else None
    header.update(
        AmountDC=euros(total),
        AmountFC=euros(total),
        VATAmountDC=euros(vat_total),
        VATAmountFC=euros(vat_total),
        Currency=division.currency,
        Rate=1.0,
        Status=OPEN,
        Type=kept_type or (sales_lines.CREDIT_NOTE if total < 0 else SALES_ENTRY),
        PaymentReference=header.get("PaymentReference")
        or f"{checked.customer['Code'].strip()}/{header['EntryNumber']}",
    )
    if header.get("InvoiceNumber") is None:
        header["InvoiceNumber"] = header["EntryNumber"]
    if header.get("DueDate") is None:
        header["DueDate"] = checks.due_date(header["EntryDate"], checked.condition)


def _write_line(
    division: Division, header: Row, line: Row, split: vat.VatSplit, number: int, user: str | None
) -> None:
    amount = cents(line["AmountFC"])
    line.update(
        EntryID=header["EntryID"],
        LineNumber=number,
        Type=header["Type"],
        AmountFC=euros(amount),
        AmountDC=euros(amount),
        VATAmountFC=euros(split.vat),
        VATAmountDC=euros(split.vat),
        VATBaseAmountFC=euros(split.net),
        VATBaseAmountDC=euros(split.net),
        VATPercentage=split.percentage,
        VATCode=split.code["Code"] if split.code else None,
        _vat_sent=line.get("VATAmountFC"),
    )
    division.add("SalesEntryLines", line, user)

"""Sales entries: what is checked, what Exact computes, and the debtor and VAT lines it generates (facts 4.6, 4.7, 4.7a)."""

from __future__ import annotations

import calendar
import datetime as dt
import uuid
from itertools import groupby

from simulator import messages
from simulator.accounting import entries, vat
from simulator.accounting.money import cents, euros
from simulator.clock import day_of, milliseconds
from simulator.division import Division
from simulator.messages import Message
from simulator.refusals import content_refused
from simulator.tables import Row

SALES_JOURNAL, SALES_ENTRY, CREDIT_NOTE = 20, 20, 21
OPEN, PROCESSED = 20, 50
REFUSED_LINE_TYPES = frozenset({10, 12, 14, 16, 20, 22, 24})
"""G/L account types Exact fills itself (fact 4.7a): money, debtors, creditors, VAT."""


def book(division: Division, values: Row, user: str | None) -> Row:
    """Book a new sales entry with its lines; Refusal names everything that is wrong."""
    header = {"EntryID": values.get("EntryID") or str(uuid.uuid4()), **values}
    lines = header.pop("SalesEntryLines", None) or []
    if division["SalesEntries"].get(header["EntryID"]) is not None:
        raise content_refused(messages.ALREADY_EXISTS)
    _complete(division, header, lines, user)
    division.taken(header["Journal"], header["ReportingYear"]).add(header["EntryNumber"])
    return header


def change(division: Division, header: Row, values: Row, user: str | None) -> None:
    """PUT on a header: only what is given changes, everything is checked and generated again."""
    _must_be_open(division, header)
    changed = {**header, **values}
    _keep_the_year(division, header, changed, values)
    if "Customer" in values:
        changed["PaymentReference"] = None
    if values.keys() & {"EntryDate", "PaymentCondition", "Customer"} and "DueDate" not in values:
        changed["DueDate"] = None
    old = header["Journal"], header["ReportingYear"], header["EntryNumber"]
    division.taken(*old[:2]).discard(old[2])
    try:
        _complete(division, changed, as_sent(lines_of(division, header["EntryID"])), user)
    except Exception:
        division.taken(*old[:2]).add(old[2])
        raise
    division.taken(changed["Journal"], changed["ReportingYear"]).add(changed["EntryNumber"])


def add_line(division: Division, values: Row, user: str | None) -> Row:
    """A stand-alone line POST: its entry must be open."""
    header = division["SalesEntries"].get(values.get("EntryID"))
    if header is None:
        raise content_refused(messages.invalid_reference("EntryID") if values.get("EntryID") else messages.mandatory("EntryID"))
    _must_be_open(division, header)
    line = dict(values)
    _rebuild(division, header, [*as_sent(lines_of(division, header["EntryID"])), line], user)
    return line


def change_line(division: Division, line: Row, values: Row, user: str | None) -> None:
    header = division["SalesEntries"].rows[line["EntryID"]]
    _must_be_open(division, header)
    values.pop("EntryID", None)
    lines = as_sent(lines_of(division, header["EntryID"]))
    changed = [{**each, **values} if each["ID"] == line["ID"] else each for each in lines]
    _rebuild(division, header, changed, user)


def remove_line(division: Division, line: Row, user: str | None) -> None:
    """Deleting the last line deletes the entry (fact 4.7a)."""
    header = division["SalesEntries"].rows[line["EntryID"]]
    _must_be_open(division, header)
    left = [each for each in lines_of(division, header["EntryID"]) if each["ID"] != line["ID"]]
    if not left:
        remove(division, header, user)
        return
    division.delete("SalesEntryLines", line["ID"], user)
    _rebuild(division, header, as_sent(left), user)


def remove(division: Division, header: Row, user: str | None) -> None:
    _must_be_open(division, header)
    for line in lines_of(division, header["EntryID"]):
        division.delete("SalesEntryLines", line["ID"], user)
    entries.erase_transactions(division, header["EntryID"], user)
    division.taken(header["Journal"], header["ReportingYear"]).discard(header["EntryNumber"])
    division.delete("SalesEntries", header["EntryID"], user)


def lines_of(division: Division, entry_id: str) -> list[Row]:
    return sorted(division["SalesEntryLines"].find("EntryID", entry_id), key=lambda line: int(line["LineNumber"]))


def as_sent(lines: list[Row]) -> list[Row]:
    """Stored lines as the client gave them: what Exact computed is computed again, an empty VAT code stays empty."""
    return [{**line, "VATCode": line["VATCode"] or "", "VATAmountFC": line["_vat_sent"]} for line in lines]


def _must_be_open(division: Division, header: Row) -> None:
    problems: list[Message] = []
    if header["Status"] != OPEN:
        problems.append(messages.PROCESSED)
    entries.check_open(division, header["Journal"], header["ReportingYear"], header["ReportingPeriod"], problems)
    entries.stop_at(problems)


def _keep_the_year(division: Division, header: Row, changed: Row, values: Row) -> None:
    if "EntryDate" in values and "ReportingYear" not in values:
        found = division.period_of(changed["EntryDate"] or 0)
        changed["ReportingYear"], changed["ReportingPeriod"] = found or (0, 0)
    if changed["ReportingYear"] != header["ReportingYear"]:
        raise content_refused(messages.YEAR_IS_FIXED)


def _rebuild(division: Division, header: Row, lines: list[Row], user: str | None) -> None:
    division.taken(header["Journal"], header["ReportingYear"]).discard(header["EntryNumber"])
    try:
        _complete(division, dict(header), lines, user)
    finally:
        division.taken(header["Journal"], header["ReportingYear"]).add(header["EntryNumber"])


def _complete(division: Division, header: Row, lines: list[Row], user: str | None) -> None:
    """Check header and lines together, compute what Exact computes, and write everything, or write nothing."""
    problems: list[Message] = []
    journal = entries.journal_of(division, header.get("Journal"), SALES_JOURNAL, "Journal", problems)
    customer = _customer(division, header.get("Customer"), journal, problems)
    _dates(division, header, problems)
    if journal is not None:
        header["Journal"] = journal["Code"]
        entries.check_open(division, journal["Code"], header["ReportingYear"], header["ReportingPeriod"], problems)
        header["EntryNumber"] = entries.number_for(division, journal["Code"], header["ReportingYear"], header.get("EntryNumber"), problems)
    entries.check_currency(division, header.get("Currency"), header.get("Rate"), problems)
    condition = _payment_condition(division, header, customer, problems)
    if not lines:
        problems.append(messages.mandatory("SalesEntryLines"))
    splits = [_line(division, header, line, problems) for line in lines]
    entries.stop_at(problems)
    assert journal is not None
    assert customer is not None
    assert condition is not None
    _header(division, header, customer, condition, splits)
    header = division.add("SalesEntries", header, user)
    for number, (line, split) in enumerate(zip(lines, splits, strict=True), start=1):
        _write_line(division, header, line, split, number, user)
    receivables = customer.get("GLAR") or journal["GLAccount"]
    entries.write_transactions(division, header["EntryID"], _transactions(header, lines, splits, receivables), user)


def _customer(division: Division, account_id: str | None, journal: Row | None, problems: list[Message]) -> Row | None:
    if not account_id:
        problems.append(messages.mandatory("Customer"))
        return None
    customer = division["Accounts"].get(account_id)
    if customer is None:
        problems.append(messages.invalid_reference("Customer"))
        return None
    if customer.get("Status") != "C":
        problems.append(messages.NOT_A_CUSTOMER)
    if customer.get("Blocked"):
        problems.append(messages.blocked("Customer"))
    today = division.world.clock.today_stamp()
    if today < (customer.get("StartDate") or 0) or (customer.get("EndDate") is not None and today > customer["EndDate"]):
        problems.append(messages.INACTIVE_CUSTOMER)
    if journal is not None and customer.get("GLAR") and customer["GLAR"] != journal.get("GLAccount"):
        problems.append(messages.OTHER_RECEIVABLES_ACCOUNT)
    return customer


def _dates(division: Division, header: Row, problems: list[Message]) -> None:
    today = division.world.clock.today_stamp()
    header["EntryDate"] = (today if header.get("EntryDate") is None else header["EntryDate"]) // 86_400_000 * 86_400_000
    header["ReportingYear"], header["ReportingPeriod"] = entries.period_for(
        division, header.get("ReportingYear"), header.get("ReportingPeriod"), header["EntryDate"], problems
    )


def _payment_condition(division: Division, header: Row, customer: Row | None, problems: list[Message]) -> Row | None:
    code = header.get("PaymentCondition") or (customer or {}).get("PaymentConditionSales") or division.default_payment_condition
    if not code:
        problems.append(messages.mandatory("PaymentCondition"))
        return None
    condition = division.coded("PaymentConditions", code)
    if condition is None:
        problems.append(messages.invalid_reference("PaymentCondition"))
    else:
        header["PaymentCondition"] = condition["Code"]
    return condition


def due_date(entry_date: int, condition: Row) -> int:
    """N months on, to that month's end, then the days: 17-01 with 2 and 15 gives 15-04 (fact 4.7a)."""
    try:
        day = day_of(entry_date)
        months = condition.get("PaymentEndOfMonths") or 0
        if months:
            year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
            day = dt.date(year, month + 1, calendar.monthrange(year, month + 1)[1])
        return milliseconds(day + dt.timedelta(days=condition.get("PaymentDays") or 0))
    except (ValueError, OverflowError):
        raise content_refused(messages.invalid("DueDate")) from None


def _line(division: Division, header: Row, line: Row, problems: list[Message]) -> vat.VatSplit:
    if line.get("AmountFC") is None:
        problems.append(messages.mandatory("AmountFC"))
    amount = cents(line.get("AmountFC"))
    entries.check_costs(division, line, problems)
    gl_account = checked_gl_account(division, line.get("GLAccount"), REFUSED_LINE_TYPES, problems)
    if gl_account is None:
        return vat.VatSplit(amount, 0, None, 0.0, None)
    code = vat.chosen_code(division, line, gl_account, header["EntryDate"], problems)
    gross = division.world.switches.vat_including_sales_lines == "gross"
    return vat.split(division, code, amount, line.get("VATAmountFC"), header["EntryDate"], problems, including_is_gross=gross)


def checked_gl_account(division: Division, account_id: str | None, refused: frozenset[int], problems: list[Message]) -> Row | None:
    if not account_id:
        problems.append(messages.mandatory("GLAccount"))
        return None
    account = division["GLAccounts"].get(account_id)
    if account is None:
        problems.append(messages.invalid_reference("GLAccount"))
    elif account.get("IsBlocked"):
        problems.append(messages.blocked("GLAccount"))
    elif account.get("Type") in refused:
        problems.append(messages.WRONG_GL_ACCOUNT_TYPE)
    return account


def _header(division: Division, header: Row, customer: Row, condition: Row, splits: list[vat.VatSplit]) -> None:
    vat_total = sum(split.vat for split in splits)
    total = sum(split.net for split in splits) + vat_total
    kept_type = header.get("_sent_type") if division.world.switches.credit_note_type == "as_sent" else None
    header.update(
        AmountDC=euros(total),
        AmountFC=euros(total),
        VATAmountDC=euros(vat_total),
        VATAmountFC=euros(vat_total),
        Currency=division.currency,
        Rate=1.0,
        Status=OPEN,
        Type=kept_type or (CREDIT_NOTE if total < 0 else SALES_ENTRY),
        PaymentReference=header.get("PaymentReference") or f"{customer['Code'].strip()}/{header['EntryNumber']}",
    )
    if header.get("InvoiceNumber") is None:
        header["InvoiceNumber"] = header["EntryNumber"]
    if header.get("DueDate") is None:
        header["DueDate"] = due_date(header["EntryDate"], condition)


def _write_line(division: Division, header: Row, line: Row, split: vat.VatSplit, number: int, user: str | None) -> None:
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


def _transactions(header: Row, lines: list[Row], splits: list[vat.VatSplit], receivables: str) -> list[Row]:
    common = {
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
    debtor = {**common, "LineNumber": 0, "Description": header.get("Description")}
    booked = [entries.transaction_line(header, receivables, cents(header["AmountDC"]), **debtor)]
    for line, split in zip(lines, splits, strict=True):
        described = {**common, "LineNumber": line["LineNumber"], "Description": line.get("Description") or header.get("Description")}
        row = entries.transaction_line(header, line["GLAccount"], -split.net, **described, **_vat_of(split, header["Type"]))
        row.update(
            CostCenter=line.get("CostCenter"), CostUnit=line.get("CostUnit"), Notes=line.get("Notes"), Quantity=line.get("Quantity") or 0.0
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
    taxed = sorted((split for split in splits if split.code and split.vat), key=lambda split: str(split.code and split.code["Code"]))
    found = []
    for code, group in groupby(taxed, key=lambda split: split.code["Code"] if split.code else ""):
        parts = list(group)
        amount = sum(split.vat for split in parts)
        kind = "Z" if header["Type"] == CREDIT_NOTE else "A"
        more = {**common, "LineNumber": entries.VAT_LINE_NUMBER, "VATCode": code, "VATPercentage": parts[0].percentage, "VATType": kind}
        more |= {"AmountVATBaseFC": euros(-sum(split.net for split in parts)), "Description": header.get("Description")}
        found.append(entries.transaction_line(header, parts[0].account or "", -amount, **more))
    return found

"""General journal entries: checked, balanced, and never changed (facts 4.8, 4.9, 4.9a, 4.9b)."""

from __future__ import annotations

import uuid
from collections import defaultdict

from simulator import messages
from simulator.accounting import entries, vat
from simulator.accounting.money import cents, euros
from simulator.accounting.sales_checks import ledger_account_of
from simulator.division import Division
from simulator.messages import Message
from simulator.rejections import content_rejection
from simulator.tables import Row

GENERAL_JOURNAL, OTHER = 90, 90
OPEN = 20
MONEY_TYPES = frozenset({10, 12, 14, 16})
PARTY_TYPES = frozenset({20, 22})


def book(division: Division, values: Row, user: str | None) -> Row:
    """Book a general journal entry with its lines and return it.

    A Rejection names everything that is wrong.
    """
    header = {"EntryID": values.get("EntryID") or str(uuid.uuid4()), **values}
    lines = header.pop("GeneralJournalEntryLines", None) or []
    if division["GeneralJournalEntries"].get(header["EntryID"]) is not None:
        raise content_rejection(messages.ALREADY_EXISTS)
    _check_and_write(division, header, lines, user)
    return header


def add_line(division: Division, values: Row, user: str | None) -> Row:
    """Add a line to an entry and return it.

    The entry must still balance, so in practice only a line of zero passes.
    """
    header = division["GeneralJournalEntries"].get(values.get("EntryID"))
    if header is None:
        raise content_rejection(
            messages.invalid_reference("EntryID") if values.get("EntryID") else messages.mandatory("EntryID")
        )
    _check_open(header)
    line = dict(values)
    division.taken_numbers(header["JournalCode"], header["FinancialYear"]).discard(header["EntryNumber"])
    try:
        _check_and_write(
            division, dict(header), [*lines_as_sent(lines_of(division, header["EntryID"])), line], user
        )
    finally:
        division.taken_numbers(header["JournalCode"], header["FinancialYear"]).add(header["EntryNumber"])
    return line


def remove(division: Division, header: Row, user: str | None) -> None:
    """Delete an entry with its lines; Rejection when it is processed."""
    _check_open(header)
    for line in lines_of(division, header["EntryID"]):
        division.delete("GeneralJournalEntryLines", line["ID"], user)
    entries.erase_transactions(division, header["EntryID"], user)
    division.taken_numbers(header["JournalCode"], header["FinancialYear"]).discard(header["EntryNumber"])
    division.delete("GeneralJournalEntries", header["EntryID"], user)


def lines_of(division: Division, entry_id: str) -> list[Row]:
    """Return the lines of an entry in the order of their numbers."""
    return sorted(
        division["GeneralJournalEntryLines"].find("EntryID", entry_id),
        key=lambda line: int(line["LineNumber"]),
    )


def lines_as_sent(lines: list[Row]) -> list[Row]:
    """Return stored lines as the client gave them."""
    return [{**line, "VATCode": line["VATCode"] or "", "AmountVATFC": line["_vat_sent"]} for line in lines]


def _check_open(header: Row) -> None:
    if header["Status"] != OPEN:
        raise content_rejection(messages.PROCESSED)


def _check_and_write(division: Division, header: Row, lines: list[Row], user: str | None) -> None:
    """Check header and lines together, and write everything that Exact computes, or nothing."""
    splits = _check(division, header, lines)
    header.update(Currency=division.currency, ExchangeRate=1.0, Status=OPEN, Type=OTHER)
    header["Reversal"] = bool(header.get("Reversal"))
    header = division.add("GeneralJournalEntries", header, user)
    division.taken_numbers(header["JournalCode"], header["FinancialYear"]).add(header["EntryNumber"])
    for number, (line, split) in enumerate(zip(lines, splits, strict=True), start=1):
        _write_line(division, header, line, split, number, user)
    entries.write_transactions(division, header["EntryID"], _transactions(header, lines, splits), user)


def _check(division: Division, header: Row, lines: list[Row]) -> list[vat.VatSplit]:
    problems: list[Message] = []
    journal = entries.journal_of(
        division, header.get("JournalCode"), GENERAL_JOURNAL, "JournalCode", problems
    )
    if not lines:
        problems.append(messages.mandatory("GeneralJournalEntryLines"))
    entries.check_currency(division, header.get("Currency"), header.get("ExchangeRate"), problems)
    _dates(division, header, lines, problems)
    if journal is not None and lines:
        header["JournalCode"] = journal["Code"]
        wanted = header.get("EntryNumber")
        header["EntryNumber"] = entries.number_for(
            division, journal["Code"], header["FinancialYear"], wanted, problems
        )
        for year, period in {line["_period"] for line in lines}:
            entries.check_open(division, journal["Code"], year, period, problems)
    splits = [_line(division, journal, line, problems) for line in lines]
    entries.reject_if_any(problems)
    _check_balance(lines, splits)
    return splits


def _dates(division: Division, header: Row, lines: list[Row], problems: list[Message]) -> None:
    """Year and period of the header for every line, or else each line's own, from its Date."""
    today = division.clock.today_stamp()
    for line in lines:
        line["Date"] = (today if line.get("Date") is None else line["Date"]) // 86_400_000 * 86_400_000
        line["_period"] = entries.period_for(
            division, header.get("FinancialYear"), header.get("FinancialPeriod"), line["Date"], problems
        )
    if lines:
        header["FinancialYear"], header["FinancialPeriod"] = lines[0]["_period"]


def _line(division: Division, journal: Row | None, line: Row, problems: list[Message]) -> vat.VatSplit:
    amount = cents(line.get("AmountFC"))
    entries.check_costs(division, line, problems)
    forbidden_types = (
        MONEY_TYPES if division.switches.journal_line_on_money_accounts == "rejected" else frozenset[int]()
    )
    gl_account = ledger_account_of(division, line.get("GLAccount"), forbidden_types, problems)
    if gl_account is None:
        return vat.VatSplit(amount, 0, None, 0.0, None)
    _check_relation(division, line, gl_account, problems)
    code = vat.chosen_code(division, line, gl_account, line["Date"], problems)
    if code is not None and journal is not None and not journal.get("AllowVAT"):
        problems.append(messages.VAT_CODE_NOT_ALLOWED)
        return vat.VatSplit(amount, 0, None, 0.0, None)
    if code is None and line.get("AmountVATFC"):
        problems.append(messages.mandatory("VATCode"))
        return vat.VatSplit(amount, 0, None, 0.0, None)
    return vat.split(division, code, amount, line.get("AmountVATFC"), line["Date"], problems)


def _check_relation(division: Division, line: Row, gl_account: Row, problems: list[Message]) -> None:
    if line.get("Account"):
        if division["Accounts"].get(line["Account"]) is None:
            problems.append(messages.invalid_reference("Account"))
    elif (
        gl_account.get("Type") in PARTY_TYPES
        and division.switches.journal_line_on_receivables == "needs_account"
    ):
        problems.append(messages.mandatory("Account"))


def _check_balance(lines: list[Row], splits: list[vat.VatSplit]) -> None:
    """Zero per year and period, VAT lines included (fact 4.9a)."""
    totals: dict[tuple[int, int], int] = defaultdict(int)
    for line, split in zip(lines, splits, strict=True):
        totals[line["_period"]] += split.net + split.vat
    entries.reject_if_any(
        [messages.not_balanced(year, period, total) for (year, period), total in totals.items() if total]
    )


def _write_line(
    division: Division, header: Row, line: Row, split: vat.VatSplit, number: int, user: str | None
) -> None:
    amount = cents(line.get("AmountFC"))
    line.update(
        EntryID=header["EntryID"],
        EntryNumber=header["EntryNumber"],
        LineNumber=number,
        AmountFC=euros(amount),
        AmountDC=euros(amount),
        AmountVATFC=euros(split.vat),
        AmountVATDC=euros(split.vat),
        VATBaseAmountFC=euros(split.net),
        VATBaseAmountDC=euros(split.net),
        VATPercentage=split.percentage,
        VATCode=split.code["Code"] if split.code else None,
        VATType="V" if split.account else "S",
        _vat_sent=line.get("AmountVATFC"),
    )
    division.add("GeneralJournalEntryLines", line, user)


def _transactions(header: Row, lines: list[Row], splits: list[vat.VatSplit]) -> list[Row]:
    booked, taxes = [], []
    for line, split in zip(lines, splits, strict=True):
        common = _common(header, line, split)
        own = {
            "LineNumber": line["LineNumber"],
            "VATType": line["VATType"],
            "AmountVATFC": euros(split.vat),
            "CostCenter": line.get("CostCenter"),
            "CostUnit": line.get("CostUnit"),
        }
        booked.append(entries.transaction_line(header, line["GLAccount"], split.net, **common, **own))
        if split.vat and split.account:
            tax = {"LineNumber": entries.VAT_LINE_NUMBER, "VATType": "A"}
            taxes.append(entries.transaction_line(header, split.account, split.vat, **common, **tax))
    return booked + taxes


def _common(header: Row, line: Row, split: vat.VatSplit) -> Row:
    """Return what the transaction lines of one entry line share."""
    year, period = line.pop("_period")
    return {
        "Account": line.get("Account"),
        "AmountVATBaseFC": euros(split.net),
        "Currency": header["Currency"],
        "Date": line["Date"],
        "Description": line.get("Description"),
        "Document": line.get("Document"),
        "EntryNumber": header["EntryNumber"],
        "FinancialPeriod": period,
        "FinancialYear": year,
        "JournalCode": header["JournalCode"],
        "Notes": line.get("Notes"),
        "Status": header["Status"],
        "Type": header["Type"],
        "VATCode": line["VATCode"],
        "VATPercentage": split.percentage,
    }

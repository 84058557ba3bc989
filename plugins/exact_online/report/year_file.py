"""The file of a financial year: what the link booked, in one ZIP that streams (B4).

An auditfile (XAF 4.0, debtor numbers and no names), the control workbook, the versions of the
settings, the number series with their gaps, and a manifest; SHA256SUMS has the hash of each, as
sha256sum checks it.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from exact_online.api import odata
from exact_online.api.lists import load_lists
from exact_online.auditfile.writing import (
    Written,
    WrittenAccount,
    WrittenPeriod,
    WrittenVatCode,
    written,
)
from exact_online.ledger import Days, Ledger, Practice
from exact_online.ledger.year_files import YearTotals
from exact_online.report.control_workbook import control_workbook
from exact_online.report.months import series_with_gaps
from exact_online.report.words import STATE_WORDS
from exact_online.settings import ExactLists
from exact_online.vocabulary import GlAccountType, JournalType

PART_BYTES = 256 * 1024
JOURNAL_KINDS = {JournalType.SALES: "S", JournalType.GENERAL: "M"}
SOFTWARE_VERSION = "1"
"""Of what is written; the schema asks for one."""
UNKNOWN = "onbekend"
"""Stands for a VAT number, or an account, that the ledger does not have."""

Opened = Callable[[], AbstractContextManager[Ledger]]


def year_file_name(practice: str, year: int) -> str:
    """Return how the file is called."""
    return f"jaarbestand_{practice}_{year}.zip"


def year_file(opened: Opened, practice: str, year: int, now: dt.datetime, made_by: str) -> Iterator[bytes]:
    """Give the ZIP in parts, all read from one snapshot that is rolled back.

    `opened` gives a session for as long as it takes.
    """
    with opened() as ledger, ledger.rolled_back():
        known = ledger.practices.get(practice)
        packed = _Packed(now)
        for name, parts in _contents(ledger, known, year, now, made_by, packed.hashes):
            yield from packed.add(name, parts)
        yield from packed.end()


def _contents(
    ledger: Ledger, practice: Practice, year: int, now: dt.datetime, made_by: str, hashes: dict[str, str]
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Name and parts of each file; the last two tell the hashes of those before them."""
    lists = load_lists(ledger.mirrors, practice.code)
    periods = _periods(lists, year)
    days = (periods[0].start, periods[-1].end + dt.timedelta(days=1))
    files, read = ledger.year_files, ledger.reconciled
    codes = {account.id.lower(): account.code for account in lists.gl_accounts.values()}
    vat_accounts = {
        code.code: codes[code.gl_to_pay.lower()]
        for code in lists.vat_codes.values()
        if code.gl_to_pay and code.gl_to_pay.lower() in codes
    }
    files.fill(practice.code, year, codes, vat_accounts)
    totals = files.totals()
    about = _about(ledger, practice, lists, totals, year, now, vat_accounts)
    stem = f"{practice.code}_{year}"
    yield f"auditfile_{stem}.xaf", written(about, files.debtors(), files.lines())
    latest = read.latest(practice.code)
    if latest is not None:
        yield f"controle_{stem}.xlsx", [control_workbook(read, practice, latest, days)]
    versions = ledger.settings_history.versions(practice.code)
    history = [{**vars(version), "changed_at": version.changed_at.isoformat()} for version in versions]
    yield f"instellingen_{stem}.json", [json.dumps(history, ensure_ascii=False, indent=2).encode()]
    yield f"nummers_{stem}.csv", [_series(ledger, practice.code, days)]
    manifest = {
        "praktijk": practice.code,
        "administratie": practice.division,
        "boekjaar": year,
        "gemaakt": now.isoformat(timespec="seconds"),
        "door": made_by,
        "boekingen": totals.entries,
        "regels": totals.lines,
        "debet_centen": totals.debit_cents,
        "credit_centen": totals.credit_cents,
        "bestanden": dict(hashes),
    }
    yield "manifest.json", [json.dumps(manifest, ensure_ascii=False, indent=2).encode()]
    yield "SHA256SUMS", ["".join(f"{digest}  {name}\n" for name, digest in hashes.items()).encode()]


def _periods(lists: ExactLists, year: int) -> list[WrittenPeriod]:
    found = [
        WrittenPeriod(period.period, period.start, period.end)
        for period in lists.periods
        if period.year == year
    ]
    return found or [
        WrittenPeriod(
            month, dt.date(year, month, 1), dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(1)
        )
        for month in range(1, 13)
    ]


def _about(
    ledger: Ledger,
    practice: Practice,
    lists: ExactLists,
    totals: YearTotals,
    year: int,
    now: dt.datetime,
    vat_accounts: dict[str, str],
) -> Written:
    stored = {name: odata.parse(rows) for name, rows in ledger.mirrors.read_lists(practice.code).items()}
    words = {
        name: {odata.trimmed(row.get("Code")): odata.trimmed(row.get("Description")) or "" for row in rows}
        for name, rows in stored.items()
        if name in ("gl_accounts", "vat_codes", "journals")
    }
    kinds = {code: account.type for code, account in lists.gl_accounts.items()}
    accounts = sorted({*totals.gl_accounts, *(vat_accounts.get(code, UNKNOWN) for code in totals.vat_codes)})
    return Written(
        year=year,
        created=now.date(),
        software_version=SOFTWARE_VERSION,
        company=practice.division_name or practice.name,
        tax_number=UNKNOWN,
        accounts=[
            WrittenAccount(
                code,
                words["gl_accounts"].get(code, code),
                (kinds.get(code) or GlAccountType.GENERAL) < GlAccountType.REVENUE,
            )
            for code in accounts
        ],
        vat_codes=[
            WrittenVatCode(
                code,
                words["vat_codes"].get(code, code),
                vat_accounts.get(code),
                (lists.vat_codes[code].basis_points or 0) if code in lists.vat_codes else 0,
            )
            for code in sorted(totals.vat_codes)
        ],
        periods=_periods(lists, year),
        journals={
            code: (words["journals"].get(code, code), JOURNAL_KINDS.get(JournalType(journal.type), "Z"))
            for code, journal in lists.journals.items()
            if journal.type in set(JournalType)
        },
        lines=totals.lines,
        debit_cents=totals.debit_cents,
        credit_cents=totals.credit_cents,
    )


def _series(ledger: Ledger, practice: str, days: Days) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["Reeks", "Boekjaar", "Eerste", "Laatste", "Aantal", "Dagboek", "Stand", "Reden"])
    for part in series_with_gaps(ledger.reconciled.series(practice, days)):
        state = STATE_WORDS[part.state][0] if part.state else "geen factuur van dit jaar in James"
        writer.writerow(
            [
                part.series,
                part.financial_year,
                part.first_number,
                part.last_number,
                part.numbers,
                part.journal,
                state,
                part.reason or "",
            ]
        )
    return text.getvalue().encode("utf-8-sig")


class _Sink(io.RawIOBase):
    """What a ZIP writes, until it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self.taken += data
        return len(data)

    def take(self) -> bytes:
        data = bytes(self.taken)
        self.taken.clear()
        return data


class _Packed:
    """A ZIP that is given out as it grows."""

    def __init__(self, now: dt.datetime) -> None:
        self.hashes: dict[str, str] = {}
        """Name -> SHA-256 in hex, in the order of the ZIP."""
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED)
        self._at = now.timetuple()[:6]

    def add(self, name: str, parts: Iterable[bytes]) -> Iterator[bytes]:
        """Add a file, and give what is ready."""
        digest = hashlib.sha256()
        about = zipfile.ZipInfo(name, self._at)
        about.compress_type = zipfile.ZIP_DEFLATED
        with self._zip.open(about, "w", force_zip64=True) as member:
            for part in parts:
                digest.update(part)
                member.write(part)
                if len(self._sink.taken) >= PART_BYTES:
                    yield self._sink.take()
        self.hashes[name] = digest.hexdigest()
        yield self._sink.take()

    def end(self) -> Iterator[bytes]:
        """Give the rest."""
        self._zip.close()
        yield self._sink.take()

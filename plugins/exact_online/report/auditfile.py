"""Compares the auditfile that Exact itself exported with the ledger, at no call to Exact (B4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from exact_online.api.lists import load_lists
from exact_online.auditfile.header import LIMITS, AuditfileFault, Header, Limits
from exact_online.auditfile.opening import opened
from exact_online.auditfile.reading import AuditfileReader
from exact_online.ledger import Ledger, Practice
from exact_online.ledger.auditfiles import ComparedAccounts, Comparison, FileLine
from exact_online.vocabulary import GlAccountType


@dataclass(frozen=True)
class _Settings:
    """What all versions of the settings ever named; codes."""

    journals: tuple[str, ...]
    debit: frozenset[str]
    revenue: frozenset[str]


def compare_auditfile(
    ledger: Ledger, practice: Practice, file: BinaryIO, made_by: str, limits: Limits = LIMITS
) -> Comparison:
    """Compare a file, which can be sought in, with the ledger; keep what differs, and return it.

    Raises AuditfileFault for a file that can't be compared, and NotReady when the lists of the
    division were never read.
    """
    settings = _settings_of(ledger, practice.code)
    accounts = load_lists(ledger.mirrors, practice.code).gl_accounts.values()
    codes_by_id = {account.id.lower(): account.code for account in accounts}
    vat = {account.code for account in accounts if account.type == GlAccountType.VAT}
    with opened(file, limits) as stream, ledger.transaction("auditfile"):
        reader = AuditfileReader(stream, limits)
        ledger.auditfiles.read_in(_lines(reader))
        header = reader.header
        _check(header)
        header.check_totals()
        vat |= header.vat_accounts - settings.revenue - settings.debit
        comparison_id = ledger.auditfiles.compare(
            practice.code,
            made_by,
            ComparedAccounts(codes_by_id, vat, settings.revenue, settings.debit),
            header=_shown(header),
            sha256=header.sha256,
            journals=settings.journals,
        )
    found = ledger.auditfiles.comparison(practice.code, comparison_id)
    assert found is not None
    return found


def _lines(reader: AuditfileReader) -> Iterator[FileLine]:
    yield from reader.lines()


def _check(header: Header) -> None:
    if header.first_day > header.last_day:
        raise AuditfileFault(
            "De eerste dag van het bestand ligt na de laatste. Exporteer het opnieuw uit Exact."
        )
    if not header.lines:
        raise AuditfileFault("Het bestand heeft geen boekingen. Kies in Exact het boekjaar met de boekingen.")
    if header.values.get("curCode", "EUR") != "EUR":
        raise AuditfileFault("Het bestand is niet in euro's. Kies de administratie van de praktijk.")


def _shown(header: Header) -> dict[str, Any]:
    return {
        "version": header.version,
        "company": header.company,
        "software": header.values.get("softwareDesc", ""),
        "year": header.values.get("fiscalYear", ""),
        "first_day": header.first_day.isoformat(),
        "last_day": header.last_day.isoformat(),
        "created": header.created.isoformat(),
        "entries": header.entries,
        "lines": header.lines,
        "debit_cents": header.debit_cents,
    }


def _settings_of(ledger: Ledger, practice: str) -> _Settings:
    documents = [version.settings for version in ledger.settings_history.versions(practice)]
    journals = _texts(
        document.get(name)
        for document in documents
        for name in ("sales_journal", "general_journal", "claims_journal")
    )
    debit = [document.get("receivables_account") for document in documents]
    debit += [code for document in documents for code in document.get("suspense_accounts", {}).values()]
    revenue = [row["account"] for document in documents for row in document.get("revenue_accounts", [])]
    return _Settings(tuple(sorted(set(journals))), frozenset(_texts(debit)), frozenset(_texts(revenue)))


def _texts(values: Iterable[str | None]) -> list[str]:
    return [value for value in values if value]

"""Writes an auditfile of version 4.0 as a stream, in the order of its schema (fact 9.2). Pure.

It has no opening balance, since it has what one program booked and not a whole administration.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import escape

NAMESPACE = "http://www.odb.belastingdienst.nl/Belastingdienst/BCPP/1.1/structures/XmlauditfileXAF_4.0"
SOFTWARE = "Koppeling James - Exact Online"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML 1.0 can't carry."""


@dataclass(frozen=True)
class WrittenLine:
    """One line of an entry; cents, debit positive."""

    journal: str
    entry_number: int
    period: int
    entry_date: dt.date
    reference: str
    debtor_number: str
    gl_account: str
    cents: int
    vat_code: str | None
    vat_cents: int | None
    """On a line with a code: the VAT that belongs to it, signed as its amount."""


@dataclass(frozen=True)
class WrittenAccount:
    """A G/L account; `is_balance` is whether it is one of the balance sheet."""

    code: str
    description: str
    is_balance: bool


@dataclass(frozen=True)
class WrittenVatCode:
    """A VAT code, with the account of its VAT and its percentage in basis points."""

    code: str
    description: str
    gl_account: str | None
    basis_points: int


@dataclass(frozen=True)
class WrittenPeriod:
    """A financial period; `end` is its last day."""

    number: int
    start: dt.date
    end: dt.date


@dataclass(frozen=True)
class Written:
    """All but the lines and the debtors, which stream."""

    year: int
    created: dt.date
    software_version: str
    company: str
    tax_number: str
    accounts: Sequence[WrittenAccount]
    vat_codes: Sequence[WrittenVatCode]
    periods: Sequence[WrittenPeriod]
    """At least one, in order."""
    journals: dict[str, tuple[str, str]]
    """Code -> description and jrnTp."""
    lines: int
    debit_cents: int
    credit_cents: int


def written(about: Written, debtors: Iterable[str], lines: Iterable[WrittenLine]) -> Iterator[bytes]:
    """Give the file in parts; `lines` in the order of journal and entry number."""
    for part in _parts(about, debtors, lines):
        yield part.encode()


def _parts(about: Written, debtors: Iterable[str], lines: Iterable[WrittenLine]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<auditfile xmlns="{NAMESPACE}">\n'
    yield _block(
        "header",
        fiscalYear=str(about.year),
        startDate=about.periods[0].start.isoformat(),
        endDate=about.periods[-1].end.isoformat(),
        curCode="EUR",
        dateCreated=about.created.isoformat(),
        softwareDesc=SOFTWARE,
        softwareVersion=about.software_version[:20],
    )
    yield "<company>\n" + _leaves(
        companyName=about.company[:255], taxRegistrationCountry="NL", taxRegIdent=about.tax_number[:30]
    )
    yield "\n<customersSuppliers>\n"
    for number in debtors:
        yield _block("customerSupplier", custSupID=number, custSupTp="C")
    yield "</customersSuppliers>\n<generalLedger>\n"
    for account in about.accounts:
        kind = "B" if account.is_balance else "P"
        yield _block(
            "ledgerAccount", accID=account.code, accDesc=account.description[:255] or "-", accTp=kind
        )
    yield "</generalLedger>\n<vatCodes>\n"
    for code in about.vat_codes:
        to_pay = {"vatToPayAccID": code.gl_account} if code.gl_account else {}
        yield _block("vatCode", vatID=code.code, vatDesc=code.description[:100] or "-", **to_pay)
    yield "</vatCodes>\n<periods>\n"
    for period in about.periods:
        yield _block(
            "period",
            periodNumber=str(period.number),
            startDatePeriod=period.start.isoformat(),
            endDatePeriod=period.end.isoformat(),
        )
    yield "</periods>\n<transactions>\n" + _leaves(
        linesCount=str(about.lines),
        totalDebit=_euros(about.debit_cents),
        totalCredit=_euros(about.credit_cents),
    )
    rates = {code.code: code.basis_points for code in about.vat_codes}
    for journal, of_journal in groupby(lines, key=lambda line: line.journal):
        description, kind = about.journals.get(journal, (journal, "Z"))
        yield "\n<journal>\n" + _leaves(jrnID=journal, desc=description or journal, jrnTp=kind) + "\n"
        for _, of_entry in groupby(of_journal, key=lambda line: line.entry_number):
            yield _entry(list(of_entry), rates)
        yield "</journal>"
    yield "\n</transactions>\n</company>\n</auditfile>\n"


def _entry(lines: Sequence[WrittenLine], rates: dict[str, int]) -> str:
    head = lines[0]
    leaves = _leaves(
        nr=str(head.entry_number),
        desc=head.reference,
        periodNumber=str(head.period),
        trDt=head.entry_date.isoformat(),
        Source="James",
    )
    return (
        f"<transaction>{leaves}\n"
        + "".join(_line(place, line, rates) for place, line in enumerate(lines, start=1))
        + "</transaction>\n"
    )


def _line(place: int, line: WrittenLine, rates: dict[str, int]) -> str:
    leaves = _leaves(
        nr=str(place),
        accID=line.gl_account,
        docRef=line.reference,
        effDate=line.entry_date.isoformat(),
        amnt=_euros(abs(line.cents)),
        amntTp=_side(line.cents),
        custSupID=line.debtor_number,
        invRef=line.reference,
    )
    vat = ""
    if line.vat_code is not None:
        vat = _block(
            "vat",
            vatID=line.vat_code,
            vatPerc=f"{rates.get(line.vat_code, 0) / 100:.3f}",
            vatAmnt=_euros(abs(line.vat_cents or 0)),
            vatAmntTp=_side(line.vat_cents or line.cents),
        ).rstrip("\n")
    return f"<trLine>{leaves}{vat}</trLine>\n"


def _block(name: str, **leaves: str) -> str:
    return f"<{name}>{_leaves(**leaves)}</{name}>\n"


def _leaves(**leaves: str) -> str:
    return "".join(f"<{name}>{escape(_CONTROL.sub('', text))}</{name}>" for name, text in leaves.items())


def _side(cents: int) -> str:
    return "C" if cents < 0 else "D"


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"

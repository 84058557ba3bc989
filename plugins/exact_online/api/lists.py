"""A division's lists: read from Exact in few calls, kept as Exact gave them,
understood as `ExactLists`.

The document is a plain object, list name -> rows in Exact's own property names. That is what is
stored, so that a wrong reading can be traced to what was read.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from exact_online.api import odata
from exact_online.api.client import ExactClient
from exact_online.api.fallback import first_supported
from exact_online.api.odata import Row
from exact_online.api.stores import ListStore
from exact_online.failures import AccessDenied, DayIsFull, NotReady, QueryRejected
from exact_online.settings import (
    ExactLists,
    ExactPaymentCondition,
    FinancialPeriod,
    GlAccount,
    Journal,
    VatCode,
)
from exact_online.stops import Stop
from exact_online.vocabulary import VatCodeKind, VatNature

log = logging.getLogger(__name__)

ListsDocument = Mapping[str, list[Row]]
"""``gl_accounts``, ``vat_codes``, ``journals``, ``payment_conditions``, ``periods``, and
``period_status``: which periods are closed, per journal."""

GL_ACCOUNTS = ("ID", "Code", "Description", "Type", "IsBlocked", "VATCode", "UseCostcenter", "UseCostunit")
VAT_CODES = (
    "ID", "Code", "Description", "Type", "Percentage", "GLToPay", "IsBlocked",
    "VATTransactionType", "Charged", "EUSalesListing", "VatMargin",
)  # fmt: skip
JOURNALS = ("ID", "Code", "Description", "Type", "AllowVAT", "GLAccount", "IsBlocked", "BankAccountIBAN")
PAYMENT_CONDITIONS = ("ID", "Code", "Description", "PaymentMethod", "PaymentDays", "PaymentEndOfMonths")
MANDATORY = 1
"""UseCostcenter and UseCostunit of a ledger account."""
PERIODS = ("ID", "FinYear", "FinPeriod", "StartDate", "EndDate")
PERIOD_STATUS = ("Journal", "Year", "Period", "Status")
CLOSED = 1
"""Status of a journal in a period (fact 4.14); 0 is open."""


def fetch_lists(client: ExactClient, first_day: dt.date) -> ListsDocument:
    """Return all six lists, in about six calls; of the periods those of `first_day` and later.

    A broken financial year may bear the number of the year that it began in, so those of the year
    before are read too.
    """
    from_year = _first_year(first_day)
    return {
        "gl_accounts": first_supported(
            lambda: list(client.get_all("bulk/Financial/GLAccounts", GL_ACCOUNTS)),
            lambda: list(client.get_all("financial/GLAccounts", GL_ACCOUNTS)),
        ),
        "vat_codes": list(client.get_all("vat/VATCodes", VAT_CODES)),
        "journals": list(client.get_all("financial/Journals", JOURNALS)),
        "payment_conditions": list(client.get_all("cashflow/PaymentConditions", PAYMENT_CONDITIONS)),
        "periods": list(
            client.get_all("financial/FinancialPeriods", PERIODS, where=f"FinYear ge {from_year:d}")
        ),
        "period_status": _closed_periods(client, from_year),
    }


def _first_year(first_day: dt.date) -> int:
    """The first financial year that is read for days from `first_day` on."""
    return first_day.year - 1


def _closed_periods(client: ExactClient, from_year: int) -> list[Row]:
    """Return the closed periods per journal; none where Exact does not give them.

    Then it rejects, with its own words, what is dated in one. This question was asked last, and
    too many errors on it (DayIsFull) are no reason to stop: a full day stops the next question.
    """
    closed = f"Year ge {from_year:d} and Status eq {CLOSED:d}"
    try:
        return list(client.get_all("read/financial/JournalStatusList", PERIOD_STATUS, where=closed))
    except (AccessDenied, QueryRejected, DayIsFull) as problem:
        log.info("Closed periods can't be read here: %s", problem)
        return []


# Keeping.


def keep_lists(store: ListStore, practice: str, document: ListsDocument, first_day: dt.date) -> None:
    """Keep what `fetch_lists` returned for `first_day`.

    Runs of a practice that look at other days may be at work, such as a night beside those of a
    backfill: the periods of earlier years stay as they were read for them.
    """
    store.save_lists(practice, document, from_year=_first_year(first_day))


def load_lists(store: ListStore, practice: str) -> ExactLists:
    """Return the lists as they were last kept. Raises NotReady when that never happened."""
    document = {name: odata.parse(rows) for name, rows in store.read_lists(practice).items()}
    if not document:
        raise NotReady(Stop.LISTS_NEVER_READ, practice=practice)
    return lists_from_document(document)


@dataclass(frozen=True)
class KnownPeriods:
    """The financial periods of a practice's division, and when they were read."""

    practice: str
    name: str
    periods: tuple[FinancialPeriod, ...]
    read_at: dt.datetime


def load_periods(store: ListStore) -> list[KnownPeriods]:
    """Return those of each active practice whose lists were ever read.

    One that can't be understood is left out: its own night stops on it.
    """
    known = []
    for kept in store.read_periods():
        try:
            lists = lists_from_document({"periods": odata.parse(kept.rows)})
        except NotReady as failure:
            log.warning("Practice %s: %s", kept.practice, failure)
        else:
            known.append(KnownPeriods(kept.practice, kept.name, lists.periods, kept.fetched_at))
    return known


# Understanding.


def lists_from_document(document: ListsDocument) -> ExactLists:
    """Return the lists by trimmed code. Pure.

    A row may hold anything where nothing of ours uses it: a type that is new becomes None, and a
    row
    without a code is left out. Raises NotReady, which names the list and the property that is
    missing.
    """
    return ExactLists(
        gl_accounts=_by_code("gl_accounts", document, _gl_account),
        vat_codes=_by_code("vat_codes", document, _vat_code),
        journals=_by_code("journals", document, _journal),
        payment_conditions=_by_code("payment_conditions", document, _payment_condition),
        periods=tuple(
            sorted(set(_each("periods", document, _period)), key=lambda period: (period.year, period.period))
        ),
        closed_periods=frozenset(
            (odata.trimmed(row["Journal"]) or "", int(row["Year"]), int(row["Period"]))
            for row in document.get("period_status", [])
            if odata.number(row.get("Status")) == CLOSED
        ),
    )


def _by_code(name: str, document: ListsDocument, understand: Any) -> dict[str, Any]:
    coded = {name: [row for row in document.get(name, []) if odata.trimmed(row.get("Code", "none"))]}
    return {thing.code: thing for thing in _each(name, coded, understand)}


def _each(name: str, document: ListsDocument, understand: Any) -> list[Any]:
    try:
        return [understand(row) for row in document.get(name, [])]
    except (KeyError, ValueError, TypeError, ArithmeticError) as error:
        cause = f"{type(error).__name__} {error}"
        raise NotReady(Stop.LIST_NOT_UNDERSTOOD, list=name, cause=cause) from error


def _gl_account(row: Row) -> GlAccount:
    return GlAccount(
        row["ID"],
        _code(row),
        odata.number(row["Type"]),
        bool(row.get("IsBlocked")),
        odata.trimmed(row.get("VATCode")),
        odata.number(row.get("UseCostcenter")) == MANDATORY,
        odata.number(row.get("UseCostunit")) == MANDATORY,
    )


def _vat_code(row: Row) -> VatCode:
    return VatCode(
        _code(row),
        _kind(row["Type"]),
        _basis_points(row.get("Percentage")),
        row.get("GLToPay"),
        bool(row.get("IsBlocked")),
        _nature(row),
    )


def _kind(value: object) -> VatCodeKind | None:
    text = str(value or "").strip()
    return VatCodeKind(text) if text in list(VatCodeKind) else None


def _nature(row: Row) -> VatNature:
    """Return what the code is for; what Exact leaves empty says nothing against a sale at home."""
    if odata.trimmed(row.get("VATTransactionType")) == "P":
        return VatNature.PURCHASE
    if row.get("Charged"):
        return VatNature.REVERSE_CHARGED
    if odata.trimmed(row.get("EUSalesListing")) not in {None, "N"}:
        return VatNature.EU_SALES
    return VatNature.MARGIN if odata.number(row.get("VatMargin")) else VatNature.SALES


def _journal(row: Row) -> Journal:
    return Journal(
        _code(row),
        odata.number(row["Type"]),
        bool(row.get("AllowVAT")),
        row.get("GLAccount"),
        bool(row.get("IsBlocked")),
    )


def _payment_condition(row: Row) -> ExactPaymentCondition:
    return ExactPaymentCondition(
        _code(row),
        odata.trimmed(row.get("PaymentMethod")),
        odata.number(row.get("PaymentDays")),
        odata.number(row.get("PaymentEndOfMonths")) or 0,
    )


def _basis_points(percentage: Any) -> int | None:
    try:
        return basis_points(percentage)
    except (ArithmeticError, ValueError):
        return None


def _period(row: Row) -> FinancialPeriod:
    start, end = odata.day(row["StartDate"]), odata.day(row["EndDate"])
    if start is None or end is None:
        raise ValueError("a period without StartDate or EndDate")
    return FinancialPeriod(int(row["FinYear"]), int(row["FinPeriod"]), start, end)


def _code(row: Row) -> str:
    code = odata.trimmed(row["Code"])
    if code is None:
        raise ValueError("an empty Code")
    return code


def basis_points(percentage: Decimal | float | str | None) -> int:
    """Return 2100 for 0.21, and for 21 as well: that Exact gives a fraction is likely, not certain.

    A number above 1 can't be a fraction of Dutch VAT.
    """
    value = Decimal(str(percentage or 0))
    fraction = value / 100 if value > 1 else value
    return int((fraction * 10_000).to_integral_value(ROUND_HALF_UP))

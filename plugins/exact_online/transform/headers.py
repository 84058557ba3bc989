"""The invoices themselves, as arrays: what each column means, and what is wrong with it (M3, M13, M17)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from exact_online.reasons import Reason
from exact_online.settings import FinancialPeriod
from exact_online.transform.money_arrays import Int64s, Texts
from exact_online.transform.refusals import RANK, Mask, Ranks
from exact_online.transform.vat_rates import ERA_STARTS, eras_of
from exact_online.vocabulary import PAID_AT_THE_DESK, DebtorKind, InvoiceKind, PaymentCondition

LARGEST_ENTRY_NUMBER = 2_147_483_647
"""EntryNumber is an Int32."""
LARGEST_ENTRY_NUMBER_DIGITS = 10
REFERENCE_LENGTH = 30
DEBTOR_CODE_LENGTH = 18
AMOUNT_LIMIT_CENTS = 10**9
"""No invoice of a practice reaches ten million euro; the limit keeps every sum within 64 bits."""
DAY_LIMIT = np.datetime64("2100-01-01", "D")

INVOICE_KINDS = tuple(InvoiceKind)
DEBTOR_KINDS = tuple(DebtorKind)
CONDITIONS = tuple(PaymentCondition)
AT_THE_DESK: Mask = np.array([condition in PAID_AT_THE_DESK for condition in CONDITIONS] + [False])
"""By place in `CONDITIONS`; the last one is for an unknown condition (-1), which would go through the sales journal."""

NO_ENTRY_NUMBER = 0
KEYS_SHOWN = 5


def texts(frame: pd.DataFrame, column: str) -> Texts:
    return frame[column].to_numpy(dtype=object)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a (small) frame as dicts."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def places(values: Texts, words: tuple[StrEnum, ...]) -> Int64s:
    """The place of each value among the words; -1 for a value that is none of them or missing."""
    return (
        pd.Index([word.value for word in words], dtype=object).get_indexer(pd.Index(values)).astype(np.int64)
    )


def whole_cents(frame: pd.DataFrame, column: str) -> tuple[Int64s, Mask]:
    """An Int64 column of cents as int64 (0 where missing) and where it is missing."""
    return frame[column].to_numpy(dtype=np.int64, na_value=0), frame[column].isna().to_numpy()


class PeriodTable:
    """The division's own periods (M18), to be asked for many days at once."""

    def __init__(self, periods: tuple[FinancialPeriod, ...]) -> None:
        self.periods = tuple(sorted(periods, key=lambda period: period.start))
        self.starts = np.array([period.start for period in self.periods], dtype="datetime64[D]")
        self.ends = np.array([period.end for period in self.periods], dtype="datetime64[D]")

    def places(self, days: npt.NDArray[np.datetime64]) -> Int64s:
        """The place in `periods` of each day; -1 when no period holds it."""
        found = np.searchsorted(self.starts, days, side="right") - 1
        if not self.periods:
            return np.full(len(days), -1, dtype=np.int64)
        inside = ~np.isnat(days) & (found >= 0) & (days <= self.ends[found])
        return np.where(inside, found, -1).astype(np.int64)

    def years(self, places: Int64s) -> Int64s:
        return np.array([*(period.year for period in self.periods), -1], dtype=np.int64)[places]

    def numbers(self, places: Int64s) -> Int64s:
        return np.array([*(period.period for period in self.periods), -1], dtype=np.int64)[places]


@dataclass(frozen=True)
class Headers:
    """The columns of a frame of invoices (docs/contracts.md), in our own terms. All arrays have one value per invoice."""

    frame: pd.DataFrame
    periods: PeriodTable

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def keys(self) -> Texts:
        return texts(self.frame, "invoice_key")

    @cached_property
    def kinds(self) -> Int64s:
        return places(texts(self.frame, "invoice_kind"), INVOICE_KINDS)

    @cached_property
    def debtor_kinds(self) -> Int64s:
        return places(texts(self.frame, "debtor_kind"), DEBTOR_KINDS)

    @cached_property
    def conditions(self) -> Int64s:
        return places(texts(self.frame, "payment_condition"), CONDITIONS)

    @cached_property
    def at_the_desk(self) -> Mask:
        """Paid by PIN or cash, so booked in the general journal (M4)."""
        return AT_THE_DESK[self.conditions]

    @cached_property
    def is_claim(self) -> Mask:
        return np.equal(self.kinds, INVOICE_KINDS.index(InvoiceKind.CLAIM))

    @cached_property
    def is_credit(self) -> Mask:
        return self.frame["credited_invoice_number"].notna().to_numpy()

    @cached_property
    def entry_numbers(self) -> Int64s:
        """The invoice number as entry number (M17); `NO_ENTRY_NUMBER` when it can't be one."""
        return np.array(
            [entry_number(text) for text in texts(self.frame, "invoice_number").tolist()], dtype=np.int64
        )

    @cached_property
    def days(self) -> npt.NDArray[np.datetime64]:
        return self.frame["invoice_date"].to_numpy(dtype="datetime64[s]").astype("datetime64[D]")

    @cached_property
    def eras(self) -> Int64s:
        return eras_of(self.days)

    @cached_property
    def period_places(self) -> Int64s:
        return self.periods.places(self.days)

    @cached_property
    def years(self) -> Int64s:
        return self.periods.years(self.period_places)

    @cached_property
    def totals(self) -> Int64s:
        """Cents, 0 where unknown."""
        return whole_cents(self.frame, "total_cents")[0]

    @cached_property
    def references(self) -> Texts:
        """Your reference: the invoice number, for a claim the claim number (M17)."""
        return np.where(self.is_claim, texts(self.frame, "claim_number"), texts(self.frame, "invoice_number"))


def entry_number(text: object) -> int:
    """An invoice number as an Int32 that reads the same in Exact; `NO_ENTRY_NUMBER` when that can't be.

    A number with a leading zero would lose it, so nobody could find the entry by it.
    """
    if not (
        isinstance(text, str)
        and text.isascii()
        and text.isdigit()
        and len(text) <= LARGEST_ENTRY_NUMBER_DIGITS
        and text[0] != "0"
    ):
        return NO_ENTRY_NUMBER
    number = int(text)
    return number if number <= LARGEST_ENTRY_NUMBER else NO_ENTRY_NUMBER


def is_missing(values: Texts) -> Mask:
    """NaN, None or nothing but blanks."""
    return np.array(
        [not isinstance(value, str) or not value.strip() for value in values.tolist()], dtype=bool
    )


def fits(value: object, length: int, spaces: bool) -> bool:
    """Whether a code can be sent as it is: printable, no blanks around it (or in it), not too long."""
    if isinstance(value, str) and value.isalnum() and value.isascii():
        return len(value) <= length
    if not isinstance(value, str) or len(value) > length or value != value.strip():
        return False
    return value.isprintable() and (spaces or " " not in value) and unicodedata.is_normalized("NFC", value)


def unfit(values: Texts, length: int, spaces: bool) -> Mask:
    return np.array([not fits(value, length, spaces) for value in values.tolist()], dtype=bool)


def check_headers(headers: Headers, doubles: Mapping[str, str], ranks: Ranks) -> None:
    """Give each invoice the first thing that is wrong with its header."""
    frame = headers.frame
    total, total_missing = whole_cents(frame, "total_cents")
    numbers, debtors = texts(frame, "invoice_number"), texts(frame, "debtor_number")
    claims = np.where(headers.is_claim, texts(frame, "claim_number"), "-")
    day_missing = np.isnat(headers.days)
    checks: dict[Reason, Mask] = {
        Reason.DUPLICATE_IN_SOURCE: np.array([key in doubles for key in headers.keys.tolist()], dtype=bool),
        Reason.INVOICE_KIND_UNKNOWN: headers.kinds < 0,
        Reason.INVOICE_NUMBER_MISSING: is_missing(numbers),
        Reason.INVOICE_NUMBER_NOT_BOOKABLE: headers.entry_numbers == NO_ENTRY_NUMBER,
        Reason.CLAIM_NUMBER_MISSING: is_missing(claims),
        Reason.CLAIM_NUMBER_NOT_BOOKABLE: unfit(claims, REFERENCE_LENGTH, spaces=True),
        Reason.DEBTOR_NUMBER_MISSING: is_missing(debtors),
        Reason.DEBTOR_NUMBER_NOT_BOOKABLE: unfit(debtors, DEBTOR_CODE_LENGTH, spaces=False),
        Reason.DEBTOR_KIND_UNKNOWN: headers.debtor_kinds < 0,
        Reason.PAYMENT_CONDITION_UNKNOWN: headers.conditions < 0,
        Reason.CURRENCY_NOT_EURO: (frame["currency"] != "EUR").to_numpy(dtype=bool),
        Reason.INVOICE_DATE_MISSING: day_missing,
        Reason.DATE_OUT_OF_RANGE: ~day_missing
        & ((headers.days < ERA_STARTS[0]) | (headers.days >= DAY_LIMIT)),
        Reason.TOTAL_NOT_IN_CENTS: total_missing,
        Reason.AMOUNT_OUT_OF_RANGE: np.abs(total) >= AMOUNT_LIMIT_CENTS,
        Reason.PERIOD_MISSING: headers.period_places < 0,
    }
    for reason, where in checks.items():
        ranks.refuse(where, RANK[reason])


def _first_few(keys: pd.Series[str]) -> str:
    """Who share a number: enough to find them, never a list without end."""
    few = ", ".join(keys.iloc[:KEYS_SHOWN])
    return few if len(keys) <= KEYS_SHOWN else f"{few}, ..."


def double_numbers(invoices: pd.DataFrame, periods: PeriodTable) -> dict[str, str]:
    """Invoices that can't all be booked because they share a number: key -> the keys of all that share it.

    In Exact a number is unique per journal and financial year; in James per kind and year. The same key twice is a double as well.
    """
    twice = invoices["invoice_number"].duplicated(keep=False) & invoices["invoice_number"].notna()
    suspects = invoices[twice | invoices["invoice_key"].duplicated(keep=False)]
    if suspects.empty:
        return {}
    headers = Headers(suspects, periods)
    facts = suspects[["invoice_key", "invoice_number", "invoice_kind"]].assign(
        desk=headers.at_the_desk, year=headers.years
    )
    doubles: dict[str, str] = {}
    for shared in (
        ["invoice_key"],
        ["invoice_number", "year", "invoice_kind"],
        ["invoice_number", "year", "desk"],
    ):
        sharing = facts[facts.duplicated(shared, keep=False) & facts[shared[0]].notna()].sort_values(
            "invoice_key"
        )
        everybody = sharing.groupby(shared, dropna=False, sort=False)["invoice_key"].transform(_first_few)
        doubles.update(zip(sharing["invoice_key"], everybody, strict=True))
    return doubles

"""What other settings would book: real invoices of James through the real transform, in euros per
ledger account, before the settings are saved.

All that is written on the way is rolled back, and Exact is asked nothing.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import psycopg

from exact_online.api.lists import load_lists
from exact_online.extract.frames import credited_frame, invoice_chunks
from exact_online.extract.james import stage_invoices
from exact_online.failures import NotReady
from exact_online.ledger import Ledger, Practice
from exact_online.night.assumed_lists import assumed_lists
from exact_online.reasons import cure, explain
from exact_online.settings import ExactLists, PracticeSettings
from exact_online.settings_document import read_settings
from exact_online.transform import transform_invoices
from exact_online.transform.plans import InvoicePlans
from exact_online.vocabulary import BookingKind

MAX_INVOICES = 20_000
"""Per chunk, as in a night."""


@dataclass(frozen=True)
class AccountEffect:
    """What would stand on one ledger account. Cents; a debit is positive, as in Exact."""

    account: str
    cents: int
    before_cents: int | None
    """By the settings as they are now; None when there are none."""


@dataclass(frozen=True)
class RejectedInvoices:
    """The invoices that would be rejected for one reason."""

    reason: str
    count: int
    example: str
    """What would be said of the first of them, in Dutch, with the cure."""


@dataclass(frozen=True)
class Effect:
    """What the settings would book of the invoices of `days` (first day, day after the last)."""

    days: tuple[dt.date, dt.date]
    invoices: int
    """That would be booked."""
    rejected: tuple[RejectedInvoices, ...]
    """What would not be booked, the most first."""
    accounts: tuple[AccountEffect, ...]
    by_exact: bool
    """Whether the division's own lists were used; else what the settings say is taken for right."""


@dataclass
class _Sums:
    """Adds up plans."""

    invoices: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    cents: Counter[str] = field(default_factory=Counter)

    def add(
        self, plans: InvoicePlans, numbers: Mapping[str, str], settings: PracticeSettings, lists: ExactLists
    ) -> None:
        """Add the plans of a chunk; `numbers` has source key -> invoice number."""
        self.invoices += len(plans.bookings)
        self._add_rejections(plans, numbers)
        codes = {account.id: account.code for account in lists.gl_accounts.values()}
        vat_accounts = {
            code: codes.get(found.gl_to_pay or "", f"btw {code}") for code, found in lists.vat_codes.items()
        }
        for line in plans.booking_lines.to_dict("records"):
            self.cents[line["gl_account"]] -= int(line["gross_cents"] - line["vat_cents"])
            self.cents[vat_accounts[line["vat_code"]]] -= int(line["vat_cents"])
        for booking in plans.bookings.to_dict("records"):
            if booking["kind"] == BookingKind.SALES_ENTRY:
                self.cents[settings.receivables_account] += int(booking["total_cents"])
            else:
                self._add_payment(booking["payload"], settings, codes)

    def _add_rejections(self, plans: InvoicePlans, numbers: Mapping[str, str]) -> None:
        for rejected in plans.rejections.to_dict("records"):
            reason, values = rejected["reason"], rejected["reason_values"]
            self.rejected[reason] += 1
            if reason not in self.examples:
                own = json.loads(values) if isinstance(values, str) else {}
                number = numbers.get(rejected["source_key"], "")
                self.examples[reason] = f"{explain(reason, {'number': number, **own})} ({cure(reason)})"

    def all_rejected(self) -> tuple[RejectedInvoices, ...]:
        return tuple(
            RejectedInvoices(reason, count, self.examples[reason])
            for reason, count in self.rejected.most_common()
        )

    def _add_payment(self, payload: str, settings: PracticeSettings, codes: Mapping[str, str]) -> None:
        """PIN and cash: what the general journal entry itself puts on the suspense account."""
        suspense = set(settings.suspense_accounts.values())
        entry = json.loads(payload, parse_float=Decimal, parse_int=Decimal)
        for line in entry["GeneralJournalEntryLines"]:
            if (code := codes.get(line["GLAccount"], "")) in suspense:
                self.cents[code] += int(line["AmountFC"] * 100)


def last_month(day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first day of the month before, and the first day of this one."""
    first = day.replace(day=1)
    return (first - dt.timedelta(days=1)).replace(day=1), first


def effect_of(
    ledger: Ledger,
    james: psycopg.Connection[Any],
    practice: Practice,
    document: Mapping[str, Any],
    days: tuple[dt.date, dt.date],
) -> Effect:
    """Return what these settings would book of all invoices of `days`, booked already or not.

    `ledger` is a session without an open transaction. Raises NotReady for settings that can't be
    used, and Unreachable when James is away.
    """
    latest = next(iter(ledger.settings_history.versions(practice.code)), None)
    division = practice.division or 0
    settings = read_settings(practice.code, 0, division, document)
    present = read_settings(practice.code, 0, division, latest.settings) if latest else None
    lists = _kept_lists(ledger, practice.code)
    known = lists or assumed_lists([each for each in (settings, present) if each], days)
    with ledger.rolled_back():
        run_id = _staged(ledger, james, practice, document, days)
        sums = _sums(ledger, run_id, settings, known)
        before = _sums(ledger, run_id, present, known) if present else None
    accounts = tuple(
        AccountEffect(code, sums.cents[code], before.cents[code] if before else None)
        for code in sorted(set(sums.cents) | set(before.cents if before else ()))
        if sums.cents[code] or (before and before.cents[code])
    )
    return Effect(days, sums.invoices, sums.all_rejected(), accounts, by_exact=lists is not None)


def _kept_lists(ledger: Ledger, practice: str) -> ExactLists | None:
    try:
        lists = load_lists(ledger.mirrors, practice)
    except NotReady:  # never read: the division is not authorised yet
        return None
    return lists if lists.gl_accounts else None


def _staged(
    ledger: Ledger,
    james: psycopg.Connection[Any],
    practice: Practice,
    document: Mapping[str, Any],
    days: tuple[dt.date, dt.date],
) -> str:
    """Stage the invoices of a run that is rolled back; return its id."""
    ledger.practices.save_settings(practice.code, document, "effect")
    version = ledger.settings_history.versions(practice.code)[0].version
    run = ledger.runs.open(practice.code, f"effect__{uuid.uuid4()}", days[1], True, version)
    stage_invoices(james, ledger.staging, run.run_id, practice.code, *days, known_too=True)
    return run.run_id


def _sums(ledger: Ledger, run_id: str, settings: PracticeSettings, lists: ExactLists) -> _Sums:
    sums = _Sums()
    for invoices, lines in invoice_chunks(ledger.staging, run_id, MAX_INVOICES):
        credited = credited_frame(ledger.staging, settings.practice, run_id, invoices)
        numbers = dict(zip(invoices["invoice_key"], invoices["invoice_number"], strict=True))
        sums.add(transform_invoices(invoices, lines, settings, lists, credited), numbers, settings, lists)
    return sums

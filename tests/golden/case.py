"""A golden case: a file that says what an invoice or debtor is, and below a line what is booked for
it.

The part above the line is written by people, the part below by ``python -m tests.golden --write``.
Everything in the file is TOML:

    shows      one sentence: what the case proves
    proves     requirement numbers
    [division] only what differs from the usual division (tests/transform/practice.py)
    [[invoice]]  number, date, ... and lines = [[profession, origin, VAT %, gross], ...]; the total
    is
                 their sum unless it is given
    credited   where originals of an earlier night are booked: [[credit's key, profession, revenue
               group, VAT rate, ledger account, VAT code], ...]
    [[debtor]]   only what differs from the usual patient
"""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from exact_online.reasons import explain
from exact_online.settings import ExactLists, PracticeSettings
from exact_online.transform import DebtorPlans, InvoicePlans, transform_debtors
from exact_online.vocabulary import GlAccountType, VatCodeKind, VatNature, VatRate
from tests.golden.books import Balance, book_all
from tests.transform.doubles import plan_batch
from tests.transform.practice import (
    batch,
    debtor,
    debtors_frame,
    invoice,
    line,
    revenue_accounts,
    some_account,
    some_lists,
    some_settings,
)

CREDITED = ["invoice_key", "profession", "revenue_group", "vat_rate", "gl_account", "vat_code"]
CASES = Path(__file__).parent / "cases"
LINE = (
    "# ==== what is booked: written by `python -m tests.golden --write`; "
    "read the difference before you commit it ====\n"
)


@dataclass(frozen=True)
class Case:
    """One file in `cases/`."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def written(self) -> str:
        """The part that people write."""
        return self.text.partition(LINE)[0]

    @cached_property
    def document(self) -> dict[str, Any]:
        return tomllib.loads(self.written)

    @cached_property
    def settings(self) -> PracticeSettings:
        return _settings(self.document.get("division", {}))

    @cached_property
    def lists(self) -> ExactLists:
        return _lists(self.document.get("division", {}))

    @cached_property
    def invoices(self) -> InvoicePlans:
        frames = batch(*map(_record, self.document.get("invoice", [])))
        return plan_batch(*frames, self.settings, self.lists, self.credited)

    @cached_property
    def credited(self) -> pd.DataFrame:
        """Where the originals of credits are booked that stand in Exact already."""
        return pd.DataFrame(self.document.get("credited", []), columns=CREDITED, dtype="str")

    @cached_property
    def debtors(self) -> DebtorPlans:
        rows = [debtor(**{"number": "1001", **row}) for row in self.document.get("debtor", [])]
        return transform_debtors(debtors_frame(*rows), self.settings, self.lists)

    @cached_property
    def balances(self) -> list[Balance]:
        """The trial balance in Exact after the bookings of this case."""
        return book_all(self.debtors.bookings, self.invoices.bookings, self.lists)

    def outcome(self) -> str:
        """The part below the line, as it is today."""
        parts = [_booked(self.debtors.bookings), _booked(self.invoices.bookings)]
        parts += [
            _rejected(self.debtors.rejections),
            _rejected(self.invoices.rejections),
            _adjusted(self.debtors.adjustments),
        ]
        return "\n\n".join(filter(None, [*parts, _balance_block(self.balances)])).rstrip("\n") + "\n"

    def refreshed(self) -> str:
        return f"{self.written}{LINE}{self.outcome()}"


def cases() -> list[Case]:
    return [Case(path) for path in sorted(CASES.glob("*.toml"))]


def _settings(division: dict[str, Any]) -> PracticeSettings:
    accounts = {cell: division.get("one_revenue_account", code) for cell, code in revenue_accounts().items()}
    missing = {tuple(cell) for cell in division.get("without_account", [])}
    return some_settings(
        revenue_accounts={
            cell: code for cell, code in accounts.items() if tuple(map(str, cell)) not in missing
        }
    )


def _lists(division: dict[str, Any]) -> ExactLists:
    kinds = {VatRate(rate): VatCodeKind.INCLUDING for rate in division.get("including", [])}
    own_codes = division.get("default_vat_codes", {})
    accounts = {
        code: some_account(code, GlAccountType.GENERAL, vat_code=vat_code)
        for code, vat_code in own_codes.items()
    }
    blocked = {
        code: some_account(code, GlAccountType.REVENUE, blocked=True) for code in division.get("blocked", [])
    }
    costly = {
        code: replace(some_account(code, GlAccountType.REVENUE), cost_center_mandatory=True)
        for code in division.get("cost_center_mandatory", [])
    }
    lists = some_lists(kinds=kinds, accounts=accounts | blocked | costly)
    natures = {code: VatNature(nature) for code, nature in division.get("vat_natures", {}).items()}
    own = {code: replace(its, nature=natures.get(code, its.nature)) for code, its in lists.vat_codes.items()}
    # An account that the settings had once, and that is still in Exact.
    retired = {
        code: some_account(code, GlAccountType.REVENUE) for code in division.get("retired_accounts", [])
    }
    return replace(lists, vat_codes=own, gl_accounts={**lists.gl_accounts, **retired})


def _record(table: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    lines = [
        line(amount, vat, origin, profession) for profession, origin, vat, amount in table.get("lines", [])
    ]
    changes = {
        name: value for name, value in table.items() if name not in {"lines", "date", "credits", "condition"}
    }
    total = changes.pop("total", str(sum((Decimal(row["amount"]) for row in lines), Decimal("0.00"))))
    number = changes.pop("number")
    header = invoice(
        number,
        total,
        invoice_date=str(table.get("date", dt.date(2026, 1, 15))),
        payment_condition=table.get("condition", "days_14"),
        credited_invoice_number=table.get("credits"),
        **changes,
    )
    return header, lines


def _booked(bookings: pd.DataFrame) -> str:
    return "".join(
        f"[[booked]]\nrecord = {json.dumps(row.source_key)}\npayload = '''{row.payload}'''\n"
        f'fingerprint = "{row.fingerprint}"\n\n'
        for row in bookings.itertuples()
    ).rstrip("\n")


def _rejected(rejections: pd.DataFrame) -> str:
    return _sentences("rejected", rejections)


def _adjusted(adjustments: pd.DataFrame) -> str:
    return _sentences("adjusted", adjustments)


def _sentences(table: str, rows: pd.DataFrame) -> str:
    return "".join(
        f'[[{table}]]\nrecord = {json.dumps(row.source_key)}\nreason = "{row.reason}"\n'
        f"sentence = '''{explain(str(row.reason), json.loads(str(row.reason_values)), 'nl')}'''\n\n"
        for row in rows.itertuples()
    ).rstrip("\n")


def _balance_block(balances: list[Balance]) -> str:
    if not balances:
        return ""
    return f'[exact]\ntrial_balance = """\n{balance_table(balances)}"""\n'


def balance_table(balances: list[Balance]) -> str:
    """Debit and credit per account, with their totals; the columns a bookkeeper expects."""
    rows = [f"{row.code:<6}{row.name:<44}{_side(row.debit):>12}{_side(row.credit):>12}" for row in balances]
    debit, credit = (sum(getattr(row, side) for row in balances) for side in ("debit", "credit"))
    total = f"{'':<6}{'':<44}{_side(debit, '0.00'):>12}{_side(credit, '0.00'):>12}"
    return "".join(f"{row.rstrip()}\n" for row in [f"{'':<50}{'debet':>12}{'credit':>12}", *rows, total])


def _side(cents: int, nothing: str = "") -> str:
    return f"{cents // 100}.{cents % 100:02d}" if cents else nothing

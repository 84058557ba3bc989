"""The demo practices: their data in James, their settings, and what their divisions must hold.

python -m dev.demo.practices

prints what all divisions must hold as JSON (docs/contracts.md, Demo settings).
"""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from exact_online.transform.debtors import TITLES
from exact_online.vocabulary import GlAccountType, JournalType, PaymentCondition, RevenueGroup, VatRate

SALES_JOURNAL, GENERAL_JOURNAL = "70", "90"
RECEIVABLES, SUSPENSE_PIN, SUSPENSE_CASH = "1300", "1101", "1001"
BASIS_POINTS = {VatRate.ZERO: 0, VatRate.LOW: 900, VatRate.HIGH: 2100}
VAT_ACCOUNTS = {VatRate.ZERO: "1502", VatRate.LOW: "1501", VatRate.HIGH: "1500"}
FINANCIAL_YEARS = [2025, 2026, 2027]
ON_CREDIT = "B"
"""Payment method that all seven conditions must have (M13)."""

GROUP_OFFSETS = dict(zip(RevenueGroup, (0, 10, 20, 30), strict=True))
RATE_OFFSETS = dict(zip(VatRate, (0, 1, 2), strict=True))
RATE_NAMES = {VatRate.ZERO: "0%", VatRate.LOW: "laag", VatRate.HIGH: "hoog"}
GROUP_NAMES = dict(zip(RevenueGroup, ("verzekeraars", "patiënten", "instellingen", "artikelen"), strict=True))
CONDITION_NAMES = dict(
    zip(
        PaymentCondition,
        ("14 dagen", "21 dagen", "30 dagen", "60 dagen", "PIN", "Contant", "Automatische incasso"),
        strict=True,
    )
)
CONDITION_DAYS = dict(zip(PaymentCondition, (14, 21, 30, 60, 0, 0, 14), strict=True))


@dataclass(frozen=True)
class Shape:
    """How many debtors and invoices the generator makes for a practice, and of which kinds."""

    insurers: int
    patients: int
    institutions: int
    invoices_before_link: int
    invoices_from_link: int
    claim_share: float
    institution_share: float
    desk_share: float
    """Share of the patients' invoices that is paid by PIN or cash."""
    article_share: float
    """Share of the invoice lines that is an article."""


@dataclass(frozen=True)
class VatCodeSetting:
    code: str
    type: str
    """``E`` excluding, ``I`` including (M11)."""


@dataclass(frozen=True)
class Practice:
    """One demo practice."""

    code: str
    name: str
    james_practice_code: str
    division_name: str
    city: str
    link_date: dt.date
    first_sync_date: dt.date
    backfill: str
    first_debtor_number: int
    imported_debtors: int
    """How many patients have a number of a previous system (M16)."""
    foreign_relations: tuple[str, ...]
    professions: Mapping[str, int]
    """Profession -> number of the first of its twelve revenue accounts."""
    vat_codes: Mapping[VatRate, VatCodeSetting]
    payment_conditions: Mapping[PaymentCondition, str]
    shape: Shape

    def revenue_accounts(self) -> Iterator[tuple[str, RevenueGroup, VatRate, str]]:
        """Give profession, group, rate and account code; twelve for each profession (M8)."""
        for profession, first in self.professions.items():
            for group, group_offset in GROUP_OFFSETS.items():
                for rate, rate_offset in RATE_OFFSETS.items():
                    yield profession, group, rate, str(first + group_offset + rate_offset)


@cache
def practices() -> tuple[Practice, ...]:
    """Return the demo practices that are linked, in the order of practices.toml."""
    return _described("practices.toml")


@cache
def newcomer() -> Practice:
    """Return the practice of James and Exact that is not linked before somebody adds it."""
    (found,) = _described("newcomer.toml")
    return found


def _described(file: str) -> tuple[Practice, ...]:
    document = tomllib.loads(Path(__file__).with_name(file).read_text(encoding="utf-8"))
    return tuple(_practice(code, facts) for code, facts in document.items())


def practice(code: str) -> Practice:
    """Return the demo practice with this code; raise KeyError when there is none."""
    return {known.code: known for known in practices()}[code]


def _practice(code: str, facts: dict[str, Any]) -> Practice:
    nested = {
        "foreign_relations": tuple(facts["foreign_relations"]),
        "vat_codes": {
            VatRate(rate): VatCodeSetting(**setting) for rate, setting in facts["vat_codes"].items()
        },
        "payment_conditions": {
            PaymentCondition(name): exact for name, exact in facts["payment_conditions"].items()
        },
        "shape": Shape(**facts["shape"]),
    }
    return Practice(code=code, **{**facts, **nested})


def practice_rows(wanted: Sequence[Practice] | None = None) -> list[dict[str, Any]]:
    """Return a row per practice (those of the demo, or `wanted`) for ``exact_sync.practice``.

    Token chain and division are left out: they are not known before the practice is linked.
    """
    columns = (
        "code",
        "name",
        "james_practice_code",
        "division_name",
        "link_date",
        "first_sync_date",
        "backfill",
    )
    return [{column: getattr(known, column) for column in columns} for known in wanted or practices()]


def settings_document(of: Practice) -> dict[str, Any]:
    """Return the settings that the accountant delivered (M22), as the ledger stores them."""
    return {
        "sales_journal": SALES_JOURNAL,
        "general_journal": GENERAL_JOURNAL,
        "receivables_account": RECEIVABLES,
        "suspense_accounts": {"pin": SUSPENSE_PIN, "cash": SUSPENSE_CASH},
        "vat_codes": {rate.value: setting.code for rate, setting in of.vat_codes.items()},
        "payment_conditions": {condition.value: exact for condition, exact in of.payment_conditions.items()},
        "revenue_accounts": [
            {"profession": profession, "group": group.value, "rate": rate.value, "account": account}
            for profession, group, rate, account in of.revenue_accounts()
        ],
    }


def demo_settings() -> dict[str, Any]:
    """Return what each division must hold, in Exact's property names."""
    return {"practices": [division_document(known) for known in practices()]}


def division_document(of: Practice) -> dict[str, Any]:
    """Return what the division of one practice must hold, in Exact's property names."""
    return {
        "practice": of.code,
        "division_name": of.division_name,
        "GLAccounts": _gl_accounts(of),
        "Journals": _journals(),
        "VATCodes": [_vat_code(rate, setting) for rate, setting in of.vat_codes.items()],
        "PaymentConditions": [
            _payment_condition(condition, exact) for condition, exact in of.payment_conditions.items()
        ],
        "FinancialYears": FINANCIAL_YEARS,
        "Titles": sorted(set(TITLES.values())),
        "Accounts": [_foreign_relation(text) for text in of.foreign_relations],
    }


def _gl_accounts(of: Practice) -> list[dict[str, Any]]:
    fixed = [
        (SUSPENSE_CASH, "Tussenrekening contant", GlAccountType.GENERAL),
        (SUSPENSE_PIN, "Tussenrekening PIN", GlAccountType.GENERAL),
        (RECEIVABLES, "Debiteuren", GlAccountType.RECEIVABLE),
        *(
            (account, f"Af te dragen btw {RATE_NAMES[rate]}", GlAccountType.VAT)
            for rate, account in VAT_ACCOUNTS.items()
        ),
    ]
    revenue = [
        (
            account,
            f"Omzet {profession.replace('_', ' ')} {GROUP_NAMES[group]} btw {RATE_NAMES[rate]}",
            GlAccountType.REVENUE,
        )
        for profession, group, rate, account in of.revenue_accounts()
    ]
    return [
        {"Code": code, "Description": description, "Type": int(kind)}
        for code, description, kind in fixed + revenue
    ]


def _journals() -> list[dict[str, Any]]:
    return [
        {
            "Code": SALES_JOURNAL,
            "Description": "Verkoopboek",
            "Type": int(JournalType.SALES),
            "AllowVAT": True,
            "GLAccountCode": RECEIVABLES,
        },
        {
            "Code": GENERAL_JOURNAL,
            "Description": "Memoriaal",
            "Type": int(JournalType.GENERAL),
            "AllowVAT": True,
            "GLAccountCode": None,
        },
    ]


def _vat_code(rate: VatRate, setting: VatCodeSetting) -> dict[str, Any]:
    manner = {"E": "exclusief", "I": "inclusief"}[setting.type]
    return {
        "Code": setting.code,
        "Description": f"Btw {RATE_NAMES[rate]} {manner}",
        "Type": setting.type,
        "Percentage": BASIS_POINTS[rate] / 10_000,
        "GLToPayCode": VAT_ACCOUNTS[rate],
    }


def _payment_condition(condition: PaymentCondition, exact: str) -> dict[str, Any]:
    return {
        "Code": exact,
        "Description": CONDITION_NAMES[condition],
        "PaymentMethod": ON_CREDIT,
        "PaymentDays": CONDITION_DAYS[condition],
    }


def _foreign_relation(text: str) -> dict[str, Any]:
    """Return a supplier that was in the division already; James never reaches his number (M15)."""
    code, name = text.split(" ", 1)
    return {"Code": code, "Name": name, "Status": "A", "IsSupplier": True}


def main() -> None:
    print(json.dumps(demo_settings(), ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()

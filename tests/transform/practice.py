"""A small practice to test with: physiotherapy and speech therapy, a division as an accountant
would set it up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd

from exact_online.settings import (
    ExactLists,
    ExactPaymentCondition,
    FinancialPeriod,
    GlAccount,
    Journal,
    PracticeSettings,
    RevenueCell,
    VatCode,
)
from exact_online.vocabulary import (
    GlAccountType,
    JournalType,
    PaymentCondition,
    RevenueGroup,
    VatCodeKind,
    VatRate,
)

PHYSIO, SPEECH = "fysiotherapie", "logopedie"
YEARS = range(2011, 2028)
RECEIVABLES, SUSPENSE_PIN, SUSPENSE_CASH = "1300", "2010", "2011"
VAT_ACCOUNTS = {VatRate.ZERO: "1520", VatRate.LOW: "1521", VatRate.HIGH: "1522"}


def account_id(code: str) -> str:
    """The id that the division gave an account: one that a reader recognises."""
    return f"00000000-0000-4000-8000-{int(code):012d}"


def revenue_accounts() -> dict[RevenueCell, str]:
    """8000.. for physiotherapy, 8100.. for speech therapy: the tens digit is the revenue group, the
    last one the VAT rate."""
    return {
        (profession, group, rate): f"8{p}{g}{r}"
        for p, profession in enumerate((PHYSIO, SPEECH))
        for g, group in enumerate(RevenueGroup)
        for r, rate in enumerate(VatRate)
    }


def months(years: Iterable[int] = YEARS) -> tuple[FinancialPeriod, ...]:
    """Twelve periods a year (M18)."""
    starts = [dt.date(year, month, 1) for year in years for month in range(1, 13)]
    return tuple(FinancialPeriod(start.year, start.month, start, _last_day(start)) for start in starts)


def _last_day(start: dt.date) -> dt.date:
    return (start.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def some_settings(**changes: Any) -> PracticeSettings:
    settings = PracticeSettings(
        practice="de_linde",
        version=1,
        division=123456,
        sales_journal="70",
        general_journal="90",
        receivables_account=RECEIVABLES,
        suspense_accounts={PaymentCondition.PIN: SUSPENSE_PIN, PaymentCondition.CASH: SUSPENSE_CASH},
        vat_codes={VatRate.ZERO: "0", VatRate.LOW: "1", VatRate.HIGH: "2"},
        payment_conditions={
            PaymentCondition.DAYS_14: "14",
            PaymentCondition.DAYS_21: "21",
            PaymentCondition.DAYS_30: "30",
            PaymentCondition.DAYS_60: "60",
            PaymentCondition.PIN: "PI",
            PaymentCondition.CASH: "CO",
            PaymentCondition.DIRECT_DEBIT: "IN",
        },
        revenue_accounts=revenue_accounts(),
    )
    return replace(settings, **changes)


def some_lists(
    kinds: Mapping[VatRate, VatCodeKind] | None = None,
    accounts: Mapping[str, GlAccount] | None = None,
    **changes: Any,
) -> ExactLists:
    """The division's lists. `kinds` changes the kind of a VAT code, `accounts` replaces or adds
    accounts, `changes` whole lists."""
    codes = {
        RECEIVABLES: GlAccountType.RECEIVABLE,
        SUSPENSE_PIN: GlAccountType.GENERAL,
        SUSPENSE_CASH: GlAccountType.GENERAL,
    }
    codes |= dict.fromkeys(VAT_ACCOUNTS.values(), GlAccountType.VAT) | dict.fromkeys(
        revenue_accounts().values(), GlAccountType.REVENUE
    )
    lists = ExactLists(
        gl_accounts={code: some_account(code, kind) for code, kind in codes.items()} | dict(accounts or {}),
        vat_codes=some_vat_codes(kinds or {}),
        journals={
            "70": Journal("70", JournalType.SALES, True, account_id(RECEIVABLES), False),
            "90": Journal("90", JournalType.GENERAL, True, None, False),
        },
        payment_conditions={
            code: ExactPaymentCondition(code, "B", 14) for code in ("14", "21", "30", "60", "PI", "CO", "IN")
        },
        periods=months(),
    )
    return replace(lists, **changes)


def some_account(
    code: str, kind: GlAccountType, blocked: bool = False, vat_code: str | None = None
) -> GlAccount:
    return GlAccount(account_id(code), code, kind, blocked, vat_code)


def some_vat_codes(kinds: Mapping[VatRate, VatCodeKind]) -> dict[str, VatCode]:
    percentages = {VatRate.ZERO: 0, VatRate.LOW: 900, VatRate.HIGH: 2100}
    return {
        code: VatCode(
            code,
            kinds.get(rate, VatCodeKind.EXCLUDING),
            percentages[rate],
            account_id(VAT_ACCOUNTS[rate]),
            False,
        )
        for code, rate in zip("012", VatRate, strict=True)
    }


INVOICE_TEXTS = (
    "invoice_key", "invoice_kind", "invoice_number", "claim_number", "debtor_number", "debtor_kind",
    "payment_condition", "currency", "credited_invoice_number", "total_text", "changed_at",
)  # fmt: skip
DEBTOR_TEXTS = (
    "debtor_number", "debtor_kind", "name", "initials", "first_name", "prefix", "last_name", "gender",
    "street", "house_number", "house_number_addition",
    "postcode", "city", "country", "phone", "email", "iban", "payment_condition",
)  # fmt: skip


def invoice(number: str = "2026001", total: str | None = "0.00", **changes: Any) -> dict[str, Any]:
    """One row of invoices.sql: a patient's invoice on 14 days."""
    row = {
        "invoice_key": f"factuur:{number}",
        "invoice_kind": "invoice",
        "invoice_number": number,
        "claim_number": None,
        "debtor_number": "1001",
        "debtor_kind": "patient",
        "payment_condition": "days_14",
        "currency": "EUR",
        "credited_invoice_number": None,
        "invoice_date": "2026-01-15",
        "total": total,
        "changed_at": "2026-01-15T10:00:00+00:00",
    }
    return row | changes


def line(
    amount: str | None,
    vat: str | None = "0",
    origin: str | None = "tariff",
    profession: str | None = PHYSIO,
    **changes: Any,
) -> dict[str, Any]:
    """One row of invoice_lines.sql, still without its invoice."""
    return {
        "profession": profession,
        "item_origin": origin,
        "vat_percentage": vat,
        "amount": amount,
    } | changes


def batch(*invoices: tuple[dict[str, Any], list[dict[str, Any]]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The two frames that the ledger hands to the transform (docs/contracts.md), for invoices with
    their lines."""
    headers = [header for header, _ in invoices]
    lines = [
        {"invoice_key": header["invoice_key"], "line_number": n, **row}
        for header, rows in invoices
        for n, row in enumerate(rows, start=1)
    ]
    return invoices_frame(headers), lines_frame(lines)


def with_total(
    lines: list[dict[str, Any]], number: str = "2026001", **changes: Any
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """An invoice whose total is the sum of its lines."""
    return invoice(number, total=str(sum(Decimal(row["amount"]) for row in lines)), **changes), lines


def cents(text: str | None) -> int | None:
    """What the ledger's SQL makes of an amount: whole cents or nothing."""
    if text is None:
        return None
    amount = Decimal(text) * 100
    return int(amount) if amount.is_finite() and amount == int(amount) else None


def invoices_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = {
        name: pd.array([row.get(name if name != "total_text" else "total") for row in rows], dtype="str")
        for name in INVOICE_TEXTS
    }
    return pd.DataFrame(
        {
            **columns,
            "invoice_date": pd.array(
                [pd.NaT if row["invoice_date"] is None else row["invoice_date"] for row in rows],
                dtype="datetime64[s]",
            ),
            "total_cents": pd.array([cents(row["total"]) for row in rows], dtype="Int64"),
        }
    )


def lines_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    texts = {
        "invoice_key": "invoice_key",
        "profession": "profession",
        "item_origin": "item_origin",
        "amount_text": "amount",
    }
    return pd.DataFrame(
        {
            **{name: pd.array([row[source] for row in rows], dtype="str") for name, source in texts.items()},
            "line_number": pd.array([row["line_number"] for row in rows], dtype="Int64"),
            "vat_basis_points": pd.array([cents(row["vat_percentage"]) for row in rows], dtype="Int64"),
            "amount_cents": pd.array([cents(row["amount"]) for row in rows], dtype="Int64"),
        }
    )


def debtor(number: str | None = "1001", **changes: Any) -> dict[str, Any]:
    """One row of debtors.sql: a patient."""
    row = dict.fromkeys(DEBTOR_TEXTS) | {
        "debtor_number": number,
        "debtor_kind": "patient",
        "initials": "A.B.",
        "first_name": "Anna",
        "prefix": "de",
        "last_name": "Vries",
        "gender": "V",
        "street": "Lindelaan",
        "house_number": "12",
        "house_number_addition": "a",
        "postcode": "1234ab",
        "city": "Utrecht",
        "country": "NL",
        "phone": "030-1234567",
        "email": "a.devries@example.org",
        "payment_condition": "days_14",
    }
    return row | changes


def debtors_frame(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.array([row[name] for row in rows], dtype="str") for name in DEBTOR_TEXTS})

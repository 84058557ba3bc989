"""The trial balance of the division against a trial balance written in SQL over James' rows, for 20
made-up practices."""

from __future__ import annotations

import random
import sqlite3
from decimal import Decimal

import pandas as pd
import pytest

from exact_online.settings import ExactLists, PracticeSettings
from exact_online.vocabulary import PaymentCondition, VatCodeKind, VatRate
from tests.golden.books import Balance, book_all
from tests.transform.doubles import plan_batch
from tests.transform.practice import (
    PHYSIO,
    SPEECH,
    batch,
    debtors_frame,
    line,
    revenue_accounts,
    some_lists,
    some_settings,
    with_total,
)

INVOICES_PER_PRACTICE = 25

TRIAL_BALANCE = """
with line as (
    select
        i.invoice_key,
        i.payment_condition,
        l.amount_cents as gross,
        l.vat_basis_points as points,
        l.profession || '/' || case
            when l.item_origin = 'article' then 'articles'
            when i.debtor_kind = 'insurer' then 'insurers'
            when i.debtor_kind = 'patient' then 'patients'
            else 'institutions'
        end || '/' || case l.vat_basis_points when 0 then 'zero' when 900 then 'low' else 'high' end as cell
    from invoice as i inner join invoice_line as l on l.invoice_key = i.invoice_key
),
per_account as (
    select line.invoice_key, line.points, account.code, sum(line.gross) as gross
    from line inner join account on account.cell = line.cell
    group by line.invoice_key, line.points, account.code
),
per_code as (
    select invoice_key, points, sum(gross) as gross
    from per_account
    group by invoice_key, points
),
vat as (
    -- half a cent up, away from zero, on integers
    select
        invoice_key, points, gross,
        sign(gross) * ((2 * abs(gross) * points + 10000 + points) / (2 * (10000 + points))) as vat
    from per_code
)
select code, sum(cents) as cents
from (
    select
        case i.payment_condition when 'pin' then '2010' when 'cash' then '2011' else '1300' end as code,
        sum(l.amount_cents) as cents
    from invoice as i inner join invoice_line as l on l.invoice_key = i.invoice_key
    group by 1
    union all
    select case points when 900 then '1521' else '1522' end, -sum(vat) from vat where points > 0 group by 1
    union all
    -- the net of a code, per invoice, stands on the one account that the practice has for it
    select a.code, -sum(v.gross - v.vat)
    from vat as v inner join (select distinct invoice_key, points, code from per_account) as a
        on a.invoice_key = v.invoice_key and a.points = v.points
    group by 1
)
group by code
having sum(cents) <> 0
order by code
"""


def made_up_practice(seed: int) -> tuple[pd.DataFrame, pd.DataFrame, PracticeSettings, ExactLists]:
    """Invoices of every kind, and a division with one revenue account per VAT rate, so that SQL
    needs no rule to divide a cent."""
    chance = random.Random(seed)
    accounts = {
        cell: f"80{list(VatRate).index(cell[2])}{list(VatRate).index(cell[2])}" for cell in revenue_accounts()
    }
    kinds = {rate: chance.choice([VatCodeKind.EXCLUDING, VatCodeKind.INCLUDING]) for rate in VatRate}
    invoices = [_made_up_invoice(chance, str(2026000 + number)) for number in range(INVOICES_PER_PRACTICE)]
    return *batch(*invoices), some_settings(revenue_accounts=accounts), some_lists(kinds=kinds)


def _made_up_invoice(chance: random.Random, number: str) -> tuple[dict[str, object], list[dict[str, object]]]:
    sign = chance.choice([1, 1, 1, -1])
    lines = [
        line(
            str(Decimal(sign * chance.randint(-300, 9_000)) / 100),
            chance.choice(["0", "9", "21"]),
            chance.choice(["tariff", "article"]),
            chance.choice([PHYSIO, SPEECH]),
        )
        for _ in range(chance.randint(1, 6))
    ]
    return with_total(
        lines,
        number,
        debtor_kind=chance.choice(["patient", "insurer", "institution"]),
        debtor_number=str(chance.randint(1, 9)),
        payment_condition=chance.choice(list(PaymentCondition)).value,
    )


def sql_trial_balance(
    invoices: pd.DataFrame, lines: pd.DataFrame, settings: PracticeSettings
) -> dict[str, int]:
    """Account -> cents, debit positive, by the query above."""
    accounts = pd.DataFrame(
        [{"cell": "/".join(cell), "code": code} for cell, code in settings.revenue_accounts.items()]
    )
    with sqlite3.connect(":memory:") as database:
        invoices.drop(columns="invoice_date").to_sql("invoice", database, index=False)
        lines.to_sql("invoice_line", database, index=False)
        accounts.to_sql("account", database, index=False)
        return dict(database.execute(TRIAL_BALANCE).fetchall())


def signed(balances: list[Balance]) -> dict[str, int]:
    return {row.code: row.debit - row.credit for row in balances if row.debit != row.credit}


@pytest.mark.parametrize("seed", range(20))
def test_the_books_in_exact_equal_james(seed: int) -> None:
    """INV-3: per account, to the cent, for including and excluding codes, credits, PIN and cash."""
    invoices, lines, settings, lists = made_up_practice(seed)
    plans = plan_batch(invoices, lines, settings, lists)
    assert plans.rejections.empty
    no_debtors = debtors_frame()
    assert signed(book_all(no_debtors, plans.bookings, lists)) == sql_trial_balance(invoices, lines, settings)

"""The division's trial balance is the one that a bookkeeper makes from James by hand.

Shows M4, M8, M11, M12, INV-3 and INV-5.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dev.demo.james import create_james, fill_james
from dev.demo.practices import (
    RECEIVABLES,
    SUSPENSE_CASH,
    SUSPENSE_PIN,
    VAT_ACCOUNTS,
    Practice,
    Shape,
    VatCodeSetting,
    division_document,
    practices,
)
from dev.local.postgres import Server
from exact_online.vocabulary import VatRate
from simulator import world_from_seed
from tests.conftest import WORKER, reader_dsn
from tests.stage import BOOK_DAY, staged

STATEMENT = Path(__file__).with_name("trial_balance.sql").read_text(encoding="utf-8")
PERCENTAGES = {VatRate.ZERO: 0, VatRate.LOW: 9, VatRate.HIGH: 21}
PRACTICES = 20


def _random_practice(number: int) -> Practice:
    """Professions, VAT codes of both kinds, shares of claims, desk payments and articles.

    All drawn.
    """
    chance = random.Random(number)
    base = chance.choice(practices())
    shares = {
        name: chance.uniform(0.0, 0.4)
        for name in ("claim_share", "institution_share", "desk_share", "article_share")
    }
    return dataclasses.replace(
        base,
        code=f"random_{number}",
        name=f"Praktijk {number}",
        james_practice_code=f"R{number:04}",
        division_name=f"Administratie {number}",
        link_date=dt.date(2026, 9, 1),
        first_sync_date=dt.date(2026, 9, 1),
        backfill="nothing",
        vat_codes={
            rate: VatCodeSetting(setting.code, chance.choice("EI"))
            for rate, setting in base.vat_codes.items()
        },
        shape=Shape(
            insurers=3,
            patients=6,
            institutions=2,
            invoices_before_link=5,
            invoices_from_link=chance.randint(10, 25),
            **shares,
        ),
    )


@pytest.mark.parametrize("number", range(PRACTICES))
def test_the_trial_balance_of_a_random_practice_is_the_one_made_by_hand(
    postgres: Server, ledger_dsn: str, number: int
) -> None:
    practice = _random_practice(number)
    name = f"balance_{WORKER}_{number}"
    with psycopg.connect(postgres.create_database(name), autocommit=True) as james:
        create_james(james)
        fill_james(james, [practice], seed=number)
        world = world_from_seed({"practices": [division_document(practice)]})
        with staged(reader_dsn(postgres, name), ledger_dsn, [practice], world) as stage:
            outcome = stage.run(practice.code)
            booked = stage.world.auditor.totals_per_account(stage.world.division(practice.code))
        assert outcome.items == []
        assert {key: cents for key, cents in booked.items() if cents} == _by_hand(james, practice)
    postgres.drop_database(name)


def _by_hand(james: psycopg.Connection[Any], practice: Practice) -> dict[tuple[str, int, int], int]:
    james.execute(
        "create temporary table account_of (profession text, revenue_group text, "
        "vat_percentage numeric, account text, place integer)"
    )
    cells = sorted(practice.revenue_accounts(), key=lambda cell: cell[0])
    rows = [
        (profession, group, PERCENTAGES[rate], account, place)
        for place, (profession, group, rate, account) in enumerate(cells)
    ]
    james.cursor().executemany("insert into account_of values (%s, %s, %s, %s, %s)", rows)
    accounts = {f"vat_{rate.value}": account for rate, account in VAT_ACCOUNTS.items()}
    (practice_id,) = james.execute("select praktijk_id from james.praktijk").fetchone() or (None,)
    scope = {"practice_id": practice_id, "from_date": practice.link_date, "before_date": BOOK_DAY}
    found = james.execute(
        STATEMENT,
        {**accounts, **scope, "receivables": RECEIVABLES, "pin": SUSPENSE_PIN, "cash": SUSPENSE_CASH},
    )
    return {(account, year, period): cents for account, year, period, cents in found}

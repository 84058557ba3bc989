"""Which staged invoices share a number.

Over the whole run, and by the division's own years (FR-G18, M18).
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd
import psycopg
import pytest

from exact_online.extract.frames import invoice_chunks
from exact_online.ledger import Ledger
from exact_online.statements import statement
from tests.extract.conftest import OpenRun

Connection = psycopg.Connection[Any]
Invoice = tuple[str, str | None, str | None, str | None, str | None]
"""Key, kind, number, payment condition, day."""

PERIODS = [
    {
        "FinYear": 2025,
        "FinPeriod": 12,
        "StartDate": "/Date(1764547200000)/",
        "EndDate": "/Date(1767139200000)/",
    },
    {
        "FinYear": 2026,
        "FinPeriod": 1,
        "StartDate": "/Date(1767225600000)/",
        "EndDate": "/Date(1769817600000)/",
    },
    {"FinYear": 2026, "FinPeriod": 2, "StartDate": "2026-02-01T00:00:00", "EndDate": "2026-02-27"},
]
"""December 2025, January 2026, and a February that lacks its last day."""


@pytest.fixture
def run(ledger: Connection, open_run: OpenRun) -> str:
    ledger.execute(
        "insert into exact_list (practice, list_name, rows) values ('de_brug', 'periods', %s)",
        [json.dumps(PERIODS)],
    )
    return open_run("de_brug")


@pytest.fixture
def shared(ledger: Connection, run: str) -> Callable[..., dict[str, str]]:
    """Stages invoices; key -> what the frames say of whom it shares its number with, chunk by
    chunk.
    """

    def found(*invoices: Invoice, chunk: int = 100) -> dict[str, str]:
        for invoice in invoices:
            ledger.execute(
                "insert into staged_invoice (run_id, invoice_key, invoice_kind, "
                "invoice_number, payment_condition,"
                " invoice_date) values (%s, %s, %s, %s, %s, %s)",
                [run, *invoice],
            )
        ledger.execute(statement("ledger", "stage_shared_numbers"), {"run_id": run, "practice": "de_brug"})
        frames = [invoices for invoices, _ in invoice_chunks(Ledger(ledger).staging, run, chunk)]
        rows = pd.concat(frames)[["invoice_key", "shares_number_with"]].dropna()
        return dict(rows.itertuples(index=False))

    return found


def invoice(
    key: str,
    number: str | None = "7",
    kind: str = "invoice",
    desk: bool = False,
    day: str | None = "2026-01-15",
) -> Invoice:
    return key, kind, number, "pin" if desk else "days_14", day


BOTH = {"a": "a, b", "b": "a, b"}


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param(invoice("b"), BOTH, id="one number"),
        pytest.param(invoice("b", number="8"), {}, id="two numbers"),
        pytest.param(invoice("b", number="07"), {}, id="numbers are text"),
        pytest.param(invoice("b", kind="claim"), BOTH, id="two kinds in the sales journal"),
        pytest.param(invoice("b", kind="claim", desk=True), {}, id="two kinds in two journals"),
        pytest.param(invoice("b", desk=True), BOTH, id="one kind in two journals"),
        pytest.param(invoice("b", day="2026-02-15"), BOTH, id="two periods of one year"),
        pytest.param(invoice("b", day="2025-12-31"), {}, id="two years"),
        pytest.param(invoice("b", day="2026-02-28"), {}, id="a year and a day in no period"),
        pytest.param(invoice("b", day=None), {}, id="a year and no day"),
        pytest.param(invoice("a", number="8"), {"a": "a, a"}, id="one key twice"),
    ],
)
@pytest.mark.parametrize("chunk", [1, 2])
def test_two_invoices_share_a_number(
    other: Invoice, expected: dict[str, str], chunk: int, shared: Callable[..., dict[str, str]]
) -> None:
    assert shared(invoice("a"), other, chunk=chunk) == expected


def test_days_in_no_period_share_with_each_other(shared: Callable[..., dict[str, str]]) -> None:
    days = ["2026-02-28", "2020-01-01", None, "infinity", "-infinity"]
    found = shared(*(invoice(key, day=day) for key, day in zip("abcde", days, strict=True)))
    assert found == dict.fromkeys("abcde", "a, b, c, d, e")


def test_a_missing_number_is_not_shared_and_an_empty_one_is(shared: Callable[..., dict[str, str]]) -> None:
    found = shared(
        invoice("a", number=None), invoice("b", number=None), invoice("c", number=""), invoice("d", number="")
    )
    assert found == {"c": "c, d", "d": "c, d"}


def test_the_first_five_are_named_in_code_point_order(shared: Callable[..., dict[str, str]]) -> None:
    assert shared(*(invoice(key) for key in "éaBcDe"))["a"] == "B, D, a, c, e, ..."


def test_a_clash_in_exact_names_all_of_its_journal(shared: Callable[..., dict[str, str]]) -> None:
    """Of several groups of one invoice, that of the journal counts."""
    found = shared(invoice("a"), invoice("b"), invoice("c", kind="claim"), invoice("d", desk=True))
    assert found == {"a": "a, b, c", "b": "a, b, c", "c": "a, b, c", "d": "a, b, d"}


def test_another_run_is_not_looked_at(
    ledger: Connection, open_run: OpenRun, shared: Callable[..., dict[str, str]]
) -> None:
    ledger.execute(
        "insert into staged_invoice (run_id, invoice_key, invoice_number) values (%s, 'b', '7')",
        [open_run("de_brug")],
    )
    assert shared(invoice("a")) == {}


@pytest.mark.parametrize("seed", range(5))
def test_any_run_is_judged_as_by_hand(seed: int, shared: Callable[..., dict[str, str]]) -> None:
    chance = random.Random(seed)
    days = ["2025-12-31", "2026-01-01", "2026-02-27", "2026-02-28", None]
    rows = [
        (f"k{place}", chance.choice(["invoice", "claim", None]), chance.choice(["1", "2", "3", "4", None]),
         chance.choice(["pin", "cash", "days_14", None]), chance.choice(days))
        for place in range(40)
    ]  # fmt: skip
    assert shared(*rows, chunk=3) == by_hand(rows)


def by_hand(rows: Iterable[Invoice]) -> dict[str, str]:
    groups: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for key, kind, number, condition, day in rows:
        if number is not None:
            groups["kind", number, year_of(day), kind].append(key)
            groups["journal", number, year_of(day), condition in ("pin", "cash")].append(key)
    found = {}
    for what in ("kind", "journal"):
        for group, keys in groups.items():
            if group[0] == what and len(keys) > 1:
                few = ", ".join(sorted(keys)[:5]) + (", ..." if len(keys) > 5 else "")
                found.update(dict.fromkeys(keys, few))
    return found


def year_of(day: str | None) -> int | None:
    if day is None or dt.date.fromisoformat(day) == dt.date(2026, 2, 28):
        return None
    return dt.date.fromisoformat(day).year

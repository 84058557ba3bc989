"""Practices like the first of the demo, in one James, with invoices that are alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import psycopg
import requests

from dev.demo.james import create_james
from dev.demo.practices import Practice, practice
from dev.local.stack import Stack
from tests.link.james import DAY, SmallJames, furnish

DEBTORS = 20
CENTS = 1000
"""Of each invoice."""


def fleet(count: int) -> tuple[Practice, ...]:
    """Return so many practices, like the first of the demo."""
    model = practice("noorderlicht")
    return tuple(
        replace(
            model,
            code=f"praktijk_{number}",
            name=f"Praktijk {number}",
            james_practice_code=f"P{number:05}",
            division_name=f"Praktijk {number} B.V.",
            first_sync_date=model.link_date,
            backfill="nothing",
            professions={"fysiotherapie": 8000},
            foreign_relations=(),
        )
        for number in range(1, count + 1)
    )


def fill(dsn: str, practices: Sequence[Practice], bookings: int) -> None:
    """Make James with these practices and their first invoices; `dsn` is its owner's."""
    with psycopg.connect(dsn, autocommit=True) as conn:
        create_james(conn)
        for number, each in enumerate(practices, start=1):
            furnish(conn, each, number)
    bill(dsn, practices, bookings, 0)


def bill(dsn: str, practices: Sequence[Practice], bookings: int, first: int) -> None:
    """Give each practice so many new invoices, of its debtors; it had `first` before."""
    with psycopg.connect(dsn) as conn:
        for number in range(1, len(practices) + 1):
            james = SmallJames(conn, number)
            known = 0 if first == 0 else DEBTORS
            debtors = [str(number * 1000 + place) for place in range(DEBTORS)]
            for each in debtors[known:]:
                james.debtor(each)
            james.kinds.update(dict.fromkeys(debtors, "Patiënt"))
            for place in range(first, first + bookings):
                james.invoice(invoice_number(number, place), debtors[place % DEBTORS], day=DAY)


def invoice_number(practice: int, place: int) -> int:
    """Return the number of an invoice: of the n-th practice from 1, the n-th invoice from 0."""
    return practice * 100_000 + place


def answer_slowly(stack: Stack, seconds: float) -> None:
    """Let each answer of the stack's simulator take so long, as those of Exact do."""
    fault = {"kind": "slow_answer", "times": None, "settings": {"wait_seconds": seconds}}
    requests.post(f"{stack.simulator_url}/simulator/api/faults", json=fault, timeout=30).raise_for_status()

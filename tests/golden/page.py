"""docs/booking-rules.md: the rules in words, with worked examples filled in from the golden cases.

An example stands between ``<!-- case: name -->`` and ``<!-- end -->``: the invoice on the left,
debit and credit on the right.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from pathlib import Path
from textwrap import fill
from typing import Any

from tests.golden.case import CASES, Case, balance_table

PAGE = Path(__file__).parents[2] / "docs" / "booking-rules.md"
EXAMPLE = re.compile(r"<!-- case: (\w+) -->\n.*?<!-- end -->", re.DOTALL)
LEFT = 46


def refreshed_page() -> str:
    """The page with every example as it is booked today."""
    return EXAMPLE.sub(
        lambda found: _example(Case(CASES / f"{found[1]}.toml")), PAGE.read_text(encoding="utf-8")
    )


def _example(case: Case) -> str:
    left = [row for table in case.document["invoice"] for row in _invoice(table)]
    right = balance_table(case.balances).splitlines()
    both = "\n".join(
        f"{one:<{LEFT}}| {other}".rstrip() for one, other in zip_longest(left, right, fillvalue="")
    )
    shows = fill(f"*{case.document['shows']}*", 100)
    return f"<!-- case: {case.name} -->\n{shows}\n```\n{both}\n```\n<!-- end -->"


def _invoice(table: dict[str, Any]) -> list[str]:
    condition, date = table.get("condition", "days_14"), table.get("date", "2026-01-15")
    head = [
        f"{table.get('invoice_kind', 'invoice')} {table['number']}, {date}",
        f"{table.get('debtor_kind', 'patient')}, {condition}",
    ]
    lines = [
        f"{profession[:13]:<14}{origin:<8}{vat:>3}%{amount:>12}"
        for profession, origin, vat, amount in table["lines"]
    ]
    return [*head, *lines]

"""What must be so: pages say what SQL says, and in the end nothing is open."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import requests

from exact_online.dutch import dutch_amount
from exact_online.ledger import Ledger
from tests.morning.people import Bookkeeper
from tests.morning.places import practices
from tests.morning.plan import PLEIN
from tests.morning.support import Support

CODES = [each.code for each in practices()]
RECEIVABLES = "1300"
OF_JAMES = """
select coalesce(sum(r.bedrag), 0) * 100 from james.factuur as f
inner join james.factuurregel as r on f.factuur_id = r.factuur_id
inner join james.praktijk as p on f.praktijk_id = p.praktijk_id where p.praktijkcode = %s"""
OF_LEDGER = """
select
    coalesce(sum(total_cents) filter (where state = 'booked'), 0)::bigint as booked,
    count(*) filter (where state <> 'booked') as others
from exact_sync.current_booking where practice = %s and kind <> 'debtor'"""
OF_PAGES = """
select count(distinct cause_id) as causes, coalesce(sum(cents), 0)::bigint as cents
from exact_sync.v_open_items where practice = %s"""


def open_items(ledger: Ledger) -> list[dict[str, Any]]:
    """Return what is open of the five."""
    return ledger.conn.execute(
        "select practice, reason, subject, state from exact_sync.v_open_items"
        " where practice = any(%s) order by practice, reason, subject",
        [CODES],
    ).fetchall()


def an_hour_passes(exact: Bookkeeper, ledger: Ledger) -> None:
    """Let both be an hour further: within ten minutes of a token Exact gives no other."""
    exact.an_hour_passes()
    ledger.conn.execute(
        "update exact_sync.token_chain set issued_at = issued_at - interval '1 hour' where chain_id in"
        " (select chain_id from exact_sync.practice where code = any(%s))",
        [CODES],
    )


def pages_say_what_sql_says(support: Support, ledger: Ledger, james: psycopg.Connection[Any]) -> int:
    """Compare the pages with James, the ledger and Exact; return how many numbers that were.

    The causes and euros that are open; what James charged, what is booked, what Exact has.
    """
    compared = 0
    for each in practices():
        (row,) = ledger.conn.execute(OF_PAGES, [each.code]).fetchall()
        support.go(f"/open-items?practice={each.code}")
        rows = support.page.locator("#found tbody tr")
        assert rows.count() == row["causes"], each.code
        amounts = rows.locator("td.amount").all_inner_texts()
        assert sum(map(_cents, amounts)) == row["cents"], each.code
        compared += 2
        if each.code != PLEIN or not row["causes"]:  # its night came to no figures
            compared += _figures(support, ledger, james, each.code, each.james_practice_code)
    return compared


def _figures(
    support: Support, ledger: Ledger, james: psycopg.Connection[Any], code: str, james_code: str
) -> int:
    support.go(f"/practices/{code}")
    words = re.sub(r"\s+", " ", support.page.locator("main").inner_text())
    charged = james.execute(OF_JAMES, [james_code]).fetchone()
    assert charged is not None
    (booked,) = ledger.conn.execute(OF_LEDGER, [code]).fetchall()
    exact = support.practices[code].exact
    audit = requests.get(f"{exact.url}/simulator/api/divisions/{exact.division(code)}/audit", timeout=10)
    received = sum(
        total["cents"] for total in audit.json()["totals_per_account"] if total["account"] == RECEIVABLES
    )
    assert f"van € {dutch_amount(int(charged[0]))} in James" in words, (code, charged)
    assert f"van € {dutch_amount(booked['booked'])} geboekt" in words, (code, booked)
    shown = re.search(r"€ ([\d.,]+) teruggelezen uit Exact", words)
    assert shown is not None
    assert shown[1] == dutch_amount(received), code
    return 3


def _cents(words: str) -> int:
    return int(re.sub(r"\D", "", words) or 0)


def all_is_well(support: Support, ledger: Ledger, james: psycopg.Connection[Any]) -> int:
    """Every practice is green, every difference 0 or accepted by name; how many were compared."""
    assert open_items(ledger) == []
    support.go("/?q=fysio")
    rows = support.page.locator("#found tbody tr")
    assert rows.count() == len(CODES)
    for place in range(len(CODES)):
        assert "in orde" in rows.nth(place).inner_text()
    left = ledger.conn.execute(
        "select accepted_by from exact_sync.difference where practice = any(%s) and ended_at is null", [CODES]
    ).fetchall()
    assert left
    assert all(row["accepted_by"] for row in left), left
    return pages_say_what_sql_says(support, ledger, james) + len(CODES)

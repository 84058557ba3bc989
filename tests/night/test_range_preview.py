"""B3: what a dry run says of a range of days is what the import or the hand-over then does."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from exact_online.api.forecast import nights_for
from exact_online.api.limits import DAY_LIMIT
from exact_online.ledger.range_preview import RangePreview
from exact_online.night.range_preview import READING_CALLS
from tests.ledger_contents import contents
from tests.link.fixtures import link, small_place
from tests.link.small import SmallLink
from tests.night.test_history_ranges import OLD, TONIGHT

__all__ = ["link", "small_place"]

DAYS = {"history_from": "2026-09-10", "history_until": "2026-09-20"}


def practice_with_history(link: SmallLink) -> None:
    """Two months' days, both journals, three groups, two rates, a wrong rate, a new debtor."""
    link.james.debtor("1001")
    link.james.debtor("1002", kind="Verzekeraar")
    link.james.debtor("1003", condition="INCASSO", iban="NL91ABNA0417164300")
    link.james.invoice(TONIGHT, "1001")
    lines: list[tuple[tuple[int, int, str], ...]] = [
        ((1000, 0, "tariff"),),
        ((2500, 21, "article"), (700, 9, "tariff")),
        ((1234, 0, "tariff"), (99, 21, "tariff")),
    ]
    for place in range(12):
        day, debtor = dt.date(2026, 9, 9 + place), ("1001", "1002", "1003")[place % 3]
        condition = "PIN" if place % 4 == 1 else "14D"
        link.james.invoice(OLD + place, debtor, *lines[place % 3], day=day, condition=condition)
    link.james.invoice(OLD + 50, "1001", (1300, 13, "tariff"), day=dt.date(2026, 9, 15))


def done_by(link: SmallLink) -> list[dict[str, Any]]:
    """What the history run of the latest night did, summed anew from its bookings."""
    return link.ledger.conn.execute(
        "select b.state, b.journal, b.financial_year as year, b.financial_period as period, l.revenue_group,"
        " l.vat_rate, count(distinct b.booking_id) as entries, sum(l.gross_cents)::bigint as gross_cents,"
        " sum(l.vat_cents)::bigint as vat_cents from booking as b join booking_line as l using (booking_id)"
        " where b.moved_in_run = (select run_id from run where airflow_run_id like '%:history'"
        " and not dry_run order by started_at desc limit 1) and b.state in ('booked', 'exported')"
        " group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6"
    ).fetchall()


def previewed(preview: RangePreview) -> list[dict[str, Any]]:
    return [
        {
            "state": row.state, "journal": row.journal, "year": row.financial_year,
            "period": row.financial_period, "revenue_group": row.revenue_group, "vat_rate": row.vat_rate,
            "entries": row.entries, "gross_cents": row.gross_cents, "vat_cents": row.vat_cents,
        }
        for row in preview.totals
        if row.revenue_group is not None
    ]  # fmt: skip


@pytest.mark.parametrize("chosen", ["import", "excel"])
def test_what_is_previewed_is_done_to_the_cent_and_the_call(link: SmallLink, chosen: str) -> None:
    practice_with_history(link)
    before = contents(link.ledger.conn)
    preview = link.dry_run(chosen, **DAYS).numbers.history
    assert (contents(link.ledger.conn), link.writes()) == (before, 0)
    outcome = link.night(backfill=chosen, **DAYS)
    assert preview is not None
    assert previewed(preview) == done_by(link) != []
    assert {row.revenue_group for row in preview.totals} >= {"patients", "insurers", "articles"}
    assert [(group.reason, group.records, group.cents) for group in preview.left] == [
        ("vat_rate_unknown", 1, 1300)
    ]
    assert [item.reason for item in outcome.items] == ["vat_rate_unknown"]
    tonights = 1 + sum(write.endpoint.startswith("crm/") for write in link.world.auditor.writes)
    assert preview.calls == link.writes() - tonights == (11 if chosen == "import" else 0)
    assert (preview.nights, preview.finish_day) == (1, outcome.numbers.before_date)
    assert (str(preview.first_day), str(preview.last_day)) == ("2026-09-10", "2026-09-20")


def test_a_dry_run_of_a_backfill_is_about_its_own_days(link: SmallLink) -> None:
    """C8: not about the form's days, and nothing of tonight; its debtors count."""
    practice_with_history(link)
    before = contents(link.ledger.conn)
    days = dt.date(2026, 9, 10), dt.date(2026, 9, 11)
    outcome = link.dry_run("import", own_days=days)
    preview = outcome.numbers.history
    assert (contents(link.ledger.conn), link.writes()) == (before, 0)
    assert preview is not None
    assert (preview.entries, preview.cents) == (1, 3200)
    assert preview.calls == 2, "an insurer and his invoice"
    assert (outcome.numbers.james_cents, outcome.numbers.ledger_cents) == (3200, 3200)
    assert (outcome.numbers.from_date, outcome.numbers.before_date) == days


@pytest.mark.parametrize(
    ("tonight", "history", "nights"),
    [
        (0, 0, 1),
        (READING_CALLS, DAY_LIMIT - 1000 - READING_CALLS, 1),
        (READING_CALLS, DAY_LIMIT - 1000 - READING_CALLS + 1, 2),
        (30, 50_000, 13),
        (12_000, 100, 3),
    ],
)
def test_history_takes_what_each_night_leaves(tonight: int, history: int, nights: int) -> None:
    assert nights_for(tonight, history) == nights


def test_the_finish_day_goes_by_what_exact_allows_the_division(link: SmallLink) -> None:
    """B6: its answers tell the day's limit; each night takes its own share first."""
    practice_with_history(link)
    link.world.limits.calls_per_day = 300
    link.night()
    preview = link.dry_run("import", **DAYS).numbers.history
    assert preview is not None
    assert (preview.day_limit, preview.nights) == (300, 1)
    assert nights_for(40, 200, day_limit=300, nightly_calls=40) == 1
    assert nights_for(40, 201, day_limit=300, nightly_calls=40) == 2
    assert nights_for(40, 600, day_limit=300, nightly_calls=40) == 3
    assert nights_for(40, 601, day_limit=300, nightly_calls=40) == 4

"""What the watch finds: links that nobody uses, broken links, and missing financial years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from exact_online import watch
from exact_online.book_day import AMSTERDAM
from exact_online.ledger import IdleChain, Ledger, connect
from exact_online.mails.fleet import tell_morning
from exact_online.mails.post import Post
from exact_online.reason_codes import Reason
from exact_online.reasons import explain
from exact_online.report.watch_items import WatchItem, watch_item_lines
from tests.api.chains import put_chain
from tests.ledger_cases import PRACTICE, register

NOW = dt.datetime(2026, 11, 23, 6, 20, tzinfo=dt.UTC)
OTHER = "praktijk_b"
MONDAY, TUESDAY = dt.date(2026, 11, 2), dt.date(2026, 11, 3)


@pytest.fixture
def ledger(ledger_dsn: str) -> Iterator[Ledger]:
    """Two practices that share one token chain."""
    with connect(ledger_dsn) as conn:
        ledger = Ledger(conn)
        chain_id = put_chain(ledger_dsn, dt.datetime.now(dt.UTC))
        for division, code in enumerate((PRACTICE, OTHER), start=1):
            register(ledger, code)
            ledger.practices.link(code, chain_id, division, f"Division {code}")
        yield ledger


def age(ledger: Ledger, days: float) -> None:
    """Set the last renewal of all chains to so many days ago."""
    ledger.conn.execute("update token_chain set issued_at = now() - %s", [dt.timedelta(days=days)])


def mail(ledger: Ledger) -> list[WatchItem]:
    """Return what support is mailed today, and note it in the ledger, as the task does."""
    due = [item for item in watch.token_items(ledger) if item.is_due]
    ledger.tokens.note_reported([item.chain_id for item in due if item.chain_id])
    return due


def switch_off(ledger: Ledger, code: str) -> None:
    ledger.conn.execute("update practice set active = false where code = %s", [code])


def chain(days: float, **changes: object) -> IdleChain:
    plain = {
        "chain_id": "c",
        "state": "live",
        "state_reason": None,
        "reported_at": None,
        "now": NOW,
        "practices": ["De Brug (de_brug)"],
    }
    issued_at = NOW - dt.timedelta(days=days)
    return IdleChain(**{**plain, "issued_at": issued_at, **changes})  # type: ignore[arg-type]


# Tokens.


@pytest.mark.parametrize(
    ("days", "reason", "is_urgent"),
    [
        (20, Reason.TOKEN_UNUSED, False),
        (26.9, Reason.TOKEN_UNUSED, False),
        (27, Reason.TOKEN_UNUSED, True),
        (29.9, Reason.TOKEN_UNUSED, True),
        (30, Reason.TOKEN_EXPIRED, True),
        (300, Reason.TOKEN_EXPIRED, True),
    ],
)
def test_an_unused_link_is_an_item_and_urgent_in_its_last_three_days(
    days: float, reason: Reason, is_urgent: bool
) -> None:
    """FR-C7, B5."""
    item = watch.item_of(chain(days))
    assert (item.reason, item.is_urgent, item.is_due) == (reason, is_urgent, True)


def test_a_used_link_is_no_item(ledger: Ledger) -> None:
    age(ledger, 19.9)
    assert watch.token_items(ledger) == []


def test_the_warning_names_the_practices_the_last_day_and_the_cure() -> None:
    """FR-C7: the last whole day in Amsterdam; the token expires at 00:30 of the day after."""
    issued_at = dt.datetime(2026, 11, 1, 23, 30, tzinfo=dt.UTC)
    item = watch.item_of(chain(20, issued_at=issued_at, now=issued_at + dt.timedelta(days=20)))
    assert watch_item_lines(item) == [
        "Koppeling De Brug (de_brug): sinds 02-11-2026 ongebruikt, werkt tot en met 01-12-2026.",
        "Oplossen: James Support: Airflow: start een nacht, of laat opnieuw authenticeren. [token_unused]",
    ]


def test_each_warning_is_mailed_once_until_the_link_is_renewed(ledger: Ledger) -> None:
    """FR-C7: the day counts from the last renewal."""
    assert [day for day in range(1, 70) if mailed_on_the_next_day(ledger)] == [20, 27, 30]
    age(ledger, 0)
    assert [day for day in range(1, 26) if mailed_on_the_next_day(ledger)] == [20]


def mailed_on_the_next_day(ledger: Ledger) -> list[WatchItem]:
    ledger.conn.execute(
        "update token_chain set"
        " issued_at = issued_at - interval '1 day', reported_at = reported_at - interval '1 day'"
    )
    return mail(ledger)


def test_a_broken_link_is_mailed_once_and_stays_urgent(ledger: Ledger) -> None:
    """B5: also when a warning about its age was mailed before."""
    age(ledger, 20)
    (warned,) = mail(ledger)
    with ledger.tokens.chain(warned.chain_id).locked(dt.timedelta(seconds=1)) as locked:
        locked.mark_dead(1, "used before")
    (broken,) = mail(ledger)
    assert (broken.reason, broken.is_urgent) == (Reason.RECONNECT_NEEDED, True)
    assert "is verbroken; er wordt niets geboekt." in explain(broken.reason, broken.values)
    assert broken.values["cause"] == "used before"
    assert mail(ledger) == []
    assert [item.is_urgent for item in watch.token_items(ledger)] == [True]


def test_one_warning_names_all_active_practices_of_a_link(
    ledger: Ledger,
) -> None:
    age(ledger, 20)
    (item,) = watch.token_items(ledger)
    assert item.values["practices"] == "Praktijk praktijk_a (praktijk_a), Praktijk praktijk_b (praktijk_b)"
    switch_off(ledger, OTHER)
    (item,) = watch.token_items(ledger)
    assert item.values["practices"] == "Praktijk praktijk_a (praktijk_a)"
    switch_off(ledger, PRACTICE)
    assert watch.token_items(ledger) == []


# The next financial year.


def read_periods(ledger: Ledger, code: str, *spans: tuple[int, str, str]) -> None:
    """Store a division's periods as a night does: (financial year, first day, last day)."""
    rows = [
        {"FinYear": year, "FinPeriod": 1, "StartDate": first, "EndDate": last} for year, first, last in spans
    ]
    ledger.mirrors.save_lists(code, {"periods": rows})


THIS_YEAR, NEXT_YEAR = (2026, "2026-01-01", "2026-12-31"), (2027, "2027-01-01", "2027-01-31")


@pytest.mark.parametrize(
    ("day", "is_due", "is_urgent"),
    [
        (dt.date(2026, 11, 1), False, False),
        (MONDAY, True, False),
        (TUESDAY, False, False),
        (dt.date(2026, 11, 30), True, False),
        (dt.date(2026, 12, 1), True, True),
        (dt.date(2026, 12, 31), True, True),
    ],
)
def test_a_missing_year_is_mailed_on_mondays_in_november_and_daily_in_december(
    ledger: Ledger, day: dt.date, is_due: bool, is_urgent: bool
) -> None:
    """M19."""
    read_periods(ledger, PRACTICE, THIS_YEAR)
    (item,) = watch.year_items(ledger, day)
    assert (item.reason, item.is_due, item.is_urgent) == (Reason.FINANCIAL_YEAR_MISSING, is_due, is_urgent)
    assert watch_item_lines(item)[0].startswith(
        "Praktijk praktijk_a (praktijk_a): in Exact ontbreekt boekjaar 2027"
    )


def test_many_practices_of_one_link_are_all_named() -> None:
    names = [f"Fysiotherapie nummer {place} (praktijk_{place})" for place in range(9)]
    lines = watch_item_lines(watch.item_of(chain(1, state="dead", practices=names)))
    assert len(lines[0]) <= 110
    assert all(name in " ".join(line.strip() for line in lines[2:]) for name in names)


def test_before_november_a_missing_year_is_no_item(ledger: Ledger) -> None:
    read_periods(ledger, PRACTICE, THIS_YEAR)
    assert watch.year_items(ledger, dt.date(2026, 10, 31)) == []


@pytest.mark.parametrize(
    "spans",
    [(THIS_YEAR, NEXT_YEAR), ((2026, "2026-07-01", "2027-06-30"),)],
    ids=["made in time", "a year that is not the calendar's"],
)
def test_an_existing_year_is_no_item(ledger: Ledger, spans: tuple[tuple[int, str, str], ...]) -> None:
    read_periods(ledger, PRACTICE, *spans)
    assert watch.year_items(ledger, MONDAY) == []


def test_each_practice_is_checked_by_itself(ledger: Ledger) -> None:
    """INV-10.

    One has its year, one has periods that can't be read, one is not active, one has no periods.
    """
    for code in ("praktijk_c", "praktijk_d", "praktijk_e"):
        register(ledger, code)
    read_periods(ledger, PRACTICE, THIS_YEAR, NEXT_YEAR)
    read_periods(ledger, OTHER, THIS_YEAR)
    ledger.mirrors.save_lists("praktijk_c", {"periods": [{"Boekjaar": 2026}]})
    read_periods(ledger, "praktijk_d", THIS_YEAR)
    switch_off(ledger, "praktijk_d")
    assert [item.values["practices"] for item in watch.year_items(ledger, MONDAY)] == [
        "Praktijk praktijk_b (praktijk_b)"
    ]


# The message.


def test_one_message_holds_all_warnings_in_dutch_and_names_no_person(ledger: Ledger) -> None:
    """B7: the Exact user is called A. Tester."""
    age(ledger, 27)
    ledger.conn.execute("update practice set name = 'Zorg & <Zo>' where code = %s", [PRACTICE])
    for code in (PRACTICE, OTHER):
        read_periods(ledger, code, THIS_YEAR)
    tell_morning(Post(ledger, has_support=True), dt.datetime.combine(MONDAY, dt.time(7), AMSTERDAM))
    (message,) = ledger.conn.execute("select subject, html from mail").fetchall()
    assert message["subject"] == "Exact Online: 3 waarschuwingen op 02-11-2026"
    html = message["html"]
    assert html.count("<tr>") == 4
    assert "Zorg &amp; &lt;Zo&gt; (praktijk_a): in Exact ontbreekt boekjaar 2027" in html
    assert "James Support: Airflow: start een nacht" in html
    assert "accountant: Exact: stamgegevens" in html
    assert "Tester" not in html

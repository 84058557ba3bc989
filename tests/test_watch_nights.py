"""Nights that do not come, and unusual numbers of invoices: told when new, and at certain ages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from exact_online import cli, watch_nights
from exact_online.book_day import AMSTERDAM
from exact_online.ledger import Ledger, RunOutcome, connect
from exact_online.migrations import CONNECTION_VARIABLE
from exact_online.reason_codes import Reason
from exact_online.report.watch_items import WatchItem, watch_item_lines
from exact_online.watch_nights import DEADLINE, WEEKS, day_to_check, is_unusual
from tests.ledger_cases import PRACTICE, entry, plan, register

OTHER = "praktijk_b"
DAY = dt.date(2026, 11, 24)


def morning(day: dt.date, time: dt.time = dt.time(7, 20)) -> dt.datetime:
    return dt.datetime.combine(day, time, AMSTERDAM)


@pytest.fixture
def ledger(ledger_dsn: str) -> Iterator[Ledger]:
    """Two linked practices that were registered long ago."""
    with connect(ledger_dsn) as conn:
        ledger = Ledger(conn)
        for division, code in enumerate((PRACTICE, OTHER), start=1):
            register(ledger, code)
            chain = conn.execute(
                "insert into token_chain (client_id, exact_user_id, exact_user_name, access_token,"
                " refresh_token, issued_at) values ('app', gen_random_uuid(), 'user', '', '', now())"
                " returning chain_id::text as id"
            ).fetchone()
            assert chain is not None
            ledger.practices.link(code, chain["id"], division, f"Division {code}")
        conn.execute("update practice set created_at = '2026-01-01'")
        yield ledger


def night(ledger: Ledger, day: dt.date, practice: str = PRACTICE, *, ends: bool = True, **more: bool) -> str:
    name = f"{practice} {day}"
    run = ledger.runs.open(practice, name, day, more.get("dry_run", False), settings_version=1)
    if ends:
        ledger.runs.finish(run.run_id, RunOutcome.COMPLETE)
    return run.run_id


def found(ledger: Ledger, day: dt.date = DAY) -> list[WatchItem]:
    return watch_nights.night_items(ledger, morning(day))


def told(ledger: Ledger, day: dt.date) -> bool:
    """Whether support is mailed on this morning; noted as the task does."""
    due = [item for item in found(ledger, day) if item.is_due]
    if due:
        ledger.watch_reports.note_reported(day)
    return bool(due)


def test_nights_that_ended_are_no_item(ledger: Ledger) -> None:
    for practice in (PRACTICE, OTHER):
        night(ledger, DAY, practice)
    assert found(ledger) == []


def test_a_night_that_did_not_begin_names_the_practice_and_its_last_night(ledger: Ledger) -> None:
    """FR-L13: a paused DAG, or a scheduler that is dead; one item, whichever it is."""
    night(ledger, DAY - dt.timedelta(days=2))
    (item,) = found(ledger)
    assert (item.reason, item.is_urgent) == (Reason.NIGHT_MISSING, True)
    text = " ".join(line.strip() for line in watch_item_lines(item))
    assert "Er is geen nacht van 24-11-2026 begonnen voor " in text
    assert "Praktijk praktijk_a (praktijk_a, laatste nacht die afliep: 22-11-2026)" in text
    assert "Praktijk praktijk_b (praktijk_b, laatste nacht die afliep: geen)" in text


def test_a_night_that_hangs_is_an_item(ledger: Ledger) -> None:
    """A task that waits for ever, or a red one that nobody saw: its run has no end."""
    night(ledger, DAY, OTHER)
    night(ledger, DAY, ends=False)
    (item,) = found(ledger)
    assert item.reason is Reason.NIGHT_UNFINISHED
    assert item.values["practices"].startswith("Praktijk praktijk_a (praktijk_a, begonnen ")


@pytest.mark.parametrize("kind", ["dry run", "history", "another day"])
def test_what_is_no_night_of_that_day_does_not_stand_in_for_one(ledger: Ledger, kind: str) -> None:
    night(ledger, DAY, OTHER)
    day = DAY - dt.timedelta(days=1) if kind == "another day" else DAY
    run_id = night(ledger, day, dry_run=kind == "dry run")
    if kind == "history":
        ledger.conn.execute("update run set airflow_run_id = 'x:history' where run_id = %s", [run_id])
    assert [item.reason for item in found(ledger)] == [Reason.NIGHT_MISSING]


def test_a_second_run_that_ends_is_the_night(ledger: Ledger) -> None:
    """Somebody started another one by hand."""
    night(ledger, DAY, OTHER)
    night(ledger, DAY)
    ledger.runs.open(PRACTICE, "another", DAY, dry_run=False, settings_version=1)
    assert found(ledger) == []


def test_practices_that_have_no_nights_are_left_alone(ledger: Ledger) -> None:
    """Not active, not linked, or registered today."""
    conn = ledger.conn
    conn.execute("update practice set active = false where code = %s", [PRACTICE])
    conn.execute("update practice set created_at = '2026-11-24 08:00+01' where code = %s", [OTHER])
    assert found(ledger) == []
    conn.execute("update practice set active = true, division = null where code = %s", [PRACTICE])
    assert found(ledger) == []


def test_before_seven_the_night_before_is_looked_at() -> None:
    """By the clock of Amsterdam, in winter and in summer."""
    assert day_to_check(morning(DAY, dt.time(6, 59))) == DAY - dt.timedelta(days=1)
    assert day_to_check(morning(DAY, DEADLINE)) == DAY
    assert day_to_check(dt.datetime(2026, 7, 1, 5, 0, tzinfo=dt.UTC)) == dt.date(2026, 7, 1)


def test_it_is_told_when_new_and_at_its_ages(ledger: Ledger) -> None:
    """Not each day again; and when it comes back, it is new."""
    days = [DAY + dt.timedelta(days=days) for days in range(40)]
    assert [number for number, day in enumerate(days) if told(ledger, day)] == [0, 1, 7, 30]
    for practice in (PRACTICE, OTHER):
        night(ledger, days[-1], practice)
    assert not told(ledger, days[-1])
    assert told(ledger, days[-1] + dt.timedelta(days=1))


def test_what_could_not_be_mailed_is_told_the_next_morning(ledger: Ledger) -> None:
    """FR-L9."""
    assert told(ledger, DAY)
    assert found(ledger, DAY + dt.timedelta(days=1))[0].is_due
    assert told(ledger, DAY + dt.timedelta(days=2))
    assert not told(ledger, DAY + dt.timedelta(days=3))


def test_a_further_practice_is_told_at_once(ledger: Ledger) -> None:
    night(ledger, DAY, OTHER)
    assert told(ledger, DAY)
    second = DAY + dt.timedelta(days=2)
    night(ledger, DAY + dt.timedelta(days=1), OTHER)
    assert told(ledger, DAY + dt.timedelta(days=1))
    assert told(ledger, second)


# The command.


def test_the_command_exits_with_1_and_says_which_nights(
    ledger: Ledger, ledger_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For cron: a scheduler that is dead runs no watch. It writes nothing."""
    monkeypatch.setenv(CONNECTION_VARIABLE, ledger_dsn.partition("?")[0])
    result = CliRunner().invoke(cli.app, ["watch-nights"])
    assert result.exit_code == 1
    assert "Er is geen nacht van " in result.output
    assert ledger.watch_reports.list() == []
    today = day_to_check(dt.datetime.now(dt.UTC))
    for practice in (PRACTICE, OTHER):
        night(ledger, today, practice)
    result = CliRunner().invoke(cli.app, ["watch-nights"])
    assert (result.exit_code, result.output) == (0, "Alle nachten zijn klaar.\n")


# The number of invoices.


@pytest.mark.parametrize(
    ("invoices", "before", "unusual"),
    [
        (0, [60, 58, 62, 60, 61, 59, 60, 60], True),
        (31, [60, 58, 62, 60, 61, 59, 60, 60], False),
        (29, [60, 58, 62, 60, 61, 59, 60, 60], True),
        (91, [60, 58, 62, 60, 61, 59, 60, 60], True),
        (0, [8, 9, 7, 10, 8, 8, 9, 8], False),
        (19, [8, 9, 7, 10, 8, 8, 9, 8], True),
        (18, [8, 9, 7, 10, 8, 8, 9, 8], False),
        (0, [60, 60, 60], False),
        (60, [60, 0, 0, 60, 61, 60, 59, 60], False),
        (0, [10, 90, 20, 80, 30, 70, 10, 90], False),
        (200, [0, 0, 0, 0], True),
    ],
)
def test_a_number_is_unusual_against_the_same_day_of_the_weeks_before(
    invoices: int, before: list[int], unusual: bool
) -> None:
    """FR-L5: beyond ten, beyond half, and beyond what this practice's numbers vary by."""
    assert is_unusual(invoices, before) is unusual


def put_invoices(ledger: Ledger, day: dt.date, many: int) -> None:
    run = ledger.runs.open(PRACTICE, f"plan {day}", day, dry_run=False, settings_version=1)
    first = day.toordinal() * 1000 % 1_000_000_000
    plan(ledger, run, [entry(first + n, entry_date=f"{day}") for n in range(many)])


def unusual_items(ledger: Ledger) -> list[WatchItem]:
    return watch_nights.count_items(ledger, morning(DAY))


def test_a_practice_that_james_suddenly_gives_little_of_is_told(ledger: Ledger) -> None:
    """FR-L5: with the number, the day, and what is usual; nobody is woken."""
    ledger.conn.execute("update practice set link_date = '2026-01-01', first_sync_date = '2026-01-01'")
    monday = DAY - dt.timedelta(days=1)
    for week in range(1, WEEKS + 1):
        put_invoices(ledger, monday - dt.timedelta(weeks=week), 20)
    put_invoices(ledger, monday, 3)
    assert unusual_items(ledger) == []  # its night is not over: nobody knows yet
    night(ledger, DAY)
    (item,) = unusual_items(ledger)
    assert (item.is_urgent, item.is_due) == (False, True)
    assert watch_item_lines(item)[0].startswith(
        "Praktijk praktijk_a (praktijk_a): 3 facturen van 23-11-2026, meestal 20 op zo'n dag."
    )
    assert item.values["wanted"] == "20"
    put_invoices(ledger, monday, 18)
    assert unusual_items(ledger) == []
    assert ledger.watch_reports.list() == []


def test_weeks_before_the_link_are_not_compared(ledger: Ledger) -> None:
    """The first weeks of a practice have nothing to be compared with."""
    put_invoices(ledger, DAY - dt.timedelta(days=1), 40)
    ledger.conn.execute("update practice set link_date = '2026-11-01'")
    night(ledger, DAY)
    assert unusual_items(ledger) == []

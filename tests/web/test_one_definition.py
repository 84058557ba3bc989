"""One definition of what is open: fleet, practice, causes, mail, watch and BI count the same."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import cache
from html import unescape

import pytest
from fastapi.testclient import TestClient

from exact_online.ledger import Ledger, OpenFilter, Run, RunOutcome
from exact_online.ledger.differences import Difference
from exact_online.watch_nights import day_to_check
from tests.ledger_cases import book, entry, keep_file, keep_relation, open_run, plan, register, rejection
from tests.web.mornings import (
    DAYS,
    GOOD,
    OPEN,
    RED,
    a_good_practice,
    a_practice_with_open_items,
    a_red_practice,
    end_night,
)

VARIED, LATE, WORKBOOKS = "bont", "te_laat", "werkboeken"
PRACTICES = (GOOD, RED, OPEN, VARIED, LATE, WORKBOOKS)


@cache
def today() -> dt.date:
    """The last night that must have ended: before 07:00 yesterday's. One day for all tests here."""
    return day_to_check(dt.datetime.now(dt.UTC))


def varied(ledger: Ledger) -> None:
    """Rejected, held for a debtor, doubtful, planned long ago and just now, booked, accepted."""
    register(ledger, VARIED, 904)
    run = open_run(ledger, VARIED)
    debtor = {**rejection(1001, "number_clash", '{"debtor": "1001"}'), "kind": "debtor"}
    plan(ledger, run, [rejection(31), rejection(32, "total_mismatch"), entry(33), entry(34), entry(35)])
    plan(ledger, run, [{**debtor, "source_key": "debiteur:1002"}, entry(36, debtor_number="1002")])
    exact_id = book(ledger, run, 33)
    for batch in ledger.planning.batches(VARIED, 100):
        for booking in ledger.bookings.to_send(run, batch):
            if booking.entry_number == 34:
                assert ledger.bookings.claim(run, [booking], "test")
                ledger.bookings.doubt(run, booking, "no answer")
        ledger.bookings.hold_what_must_wait(run, batch, frozenset())
    plan(ledger, run, [entry(37), entry(38)])
    ledger.conn.execute("update booking set planned_at = now() - interval '3 days' where entry_number = 38")
    changed = Difference(
        "factuur:33", "changed_in_exact", "sales_entry", "factuur:33", exact_id, None, 1000, 900, "amounts"
    )
    cell = Difference("cell:patients/zero", "unexplained", "cell", None, None, None, 700, 400)
    ledger.differences.save(run, DAYS, [changed, cell])
    ledger.conn.execute("update difference set accepted_by = 'Sanne' where subject = 'factuur:33'")
    ledger.conn.execute(
        "update practice set stopped_at = now() - interval '2 days', stop_values = %s::jsonb where code = %s",
        ['{"number": "33", "sent": "10.00", "booked": "9.00"}', VARIED],
    )


def late(ledger: Ledger) -> None:
    """Its last night was a week ago."""
    register(ledger, LATE, 905)
    ledger.runs.finish(open_run(ledger, LATE).run_id, RunOutcome.COMPLETE)
    ledger.conn.execute("update run set book_day = %s where practice = %s", [today() - dt.timedelta(7), LATE])
    ledger.conn.execute("update practice set created_at = '2026-01-01' where code = %s", [LATE])


def hand_over(ledger: Ledger, run: Run, number: int, file_name: str, days_ago: int) -> None:
    """An invoice of 15.00 in a workbook that is not imported."""
    plan(ledger, run, [entry(number, 1500)], exported=True)
    keep_file(ledger, run, file_name)
    ledger.conn.execute("alter table export_file disable trigger export_file_is_kept")
    ledger.conn.execute(
        "update export_file set created_at = now() - %s where file_name = %s",
        [dt.timedelta(days_ago), file_name],
    )
    ledger.conn.execute("alter table export_file enable trigger export_file_is_kept")


def workbooks(ledger: Ledger) -> Run:
    """Two workbooks that are not imported: one of 15 days ago, one of 13. And a night of today
    that stopped by a code that the watch knows."""
    register(ledger, WORKBOOKS, 906)
    keep_relation(ledger, WORKBOOKS)
    run = open_run(ledger, WORKBOOKS)
    hand_over(ledger, run, 41, "oud_verkoopboek.xlsx", 15)
    hand_over(ledger, run, 42, "nieuw_verkoopboek.xlsx", 13)
    found = [
        Difference(f"factuur:{n}", "handed_over", "sales_entry", f"factuur:{n}", None, None, 1500, 0)
        for n in (41, 42)
    ]
    ledger.differences.save(run, DAYS, found)
    end_night(ledger, run, RunOutcome.COMPLETE, 0)
    tonight = open_run(ledger, WORKBOOKS, "scheduled__tonight")
    stop = ("division_not_granted", {"division": "906", "message": "x"})
    ledger.outages.note_failure(WORKBOOKS, tonight.airflow_run_id, "prepare", "prepare", [stop])
    ledger.runs.finish(tonight.run_id, RunOutcome.FAILED)
    ledger.conn.execute("update run set book_day = %s where practice = %s", [today(), WORKBOOKS])
    return run


@pytest.fixture(autouse=True)
def fleet(ledger: Ledger, sign_in: Callable[[str], None]) -> None:
    sign_in("user")
    a_good_practice(ledger)
    a_red_practice(ledger)
    a_practice_with_open_items(ledger)
    varied(ledger)
    late(ledger)
    workbooks(ledger)


def rows(ledger: Ledger, practice: str) -> list[dict[str, object]]:
    """What a BI tool reads."""
    return [
        dict(row)
        for row in ledger.conn.execute(
            "select * from v_open_items where practice = %s order by subject", [practice]
        ).fetchall()
    ]


def records_on(page: str) -> int:
    """The sum of the column of records on a practice's page."""
    return sum(int(n) for n in re.findall(r'<td class="amount" data-label="Records">(\d+)</td>', page))


def test_what_is_open(ledger: Ledger) -> None:
    """The ledger is as varied as it says; what is under way, booked or accepted is not open."""
    found = {code: {(row["subject"], row["reason"]) for row in rows(ledger, code)} for code in PRACTICES}
    assert found[GOOD] == set()
    assert found[VARIED] == {  # 33 is booked and accepted; 35 and 37 wait
        (VARIED, "practice_stopped"),
        ("cell:patients/zero", "unexplained"),
        ("debiteur:1002", "number_clash"),
        ("factuur:31", "no_lines"),
        ("factuur:32", "total_mismatch"),
        ("factuur:34", "answer_lost"),
        ("factuur:36", "number_clash"),
        ("factuur:38", "not_yet_due"),
    }
    assert {reason for _, reason in found[LATE]} == {"night_missing"}
    assert found[WORKBOOKS] == {
        ("oud_verkoopboek.xlsx", "workbook_not_imported"),
        (f"nacht:{today()}", "division_not_granted"),
    }


@pytest.mark.parametrize("practice", PRACTICES)
def test_all_numbers_agree(client: TestClient, ledger: Ledger, practice: str) -> None:
    open_rows = rows(ledger, practice)
    status = ledger.fleet.status(practice)
    (of_fleet,) = [row for row in ledger.fleet.search("") if row.code == practice]
    assert status is not None
    assert status.open_items == of_fleet.open_items == len(open_rows)
    assert status.open_since == min((row["since"] for row in open_rows), default=None)

    causes = ledger.open_items.causes(OpenFilter(practice=practice))
    assert sum(cause.records for cause in causes) == len(open_rows)
    assert sum(cause.cents for cause in causes) == sum(int(str(row["cents"])) for row in open_rows)
    assert records_on(client.get(f"/practices/{practice}").text) == len(open_rows)

    mailed = {item.source_key for item in ledger.review.open_items(practice)}
    assert mailed == {row["subject"] for row in open_rows if row["booking_id"]}

    soon = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
    told = {old.practice: old.records for old in ledger.watch_reports.old_items(soon)}
    assert told.get(practice, 0) == len([row for row in open_rows if row["state"] != "stopped"])


def test_the_fleet_is_the_sum_of_its_practices(client: TestClient, ledger: Ledger) -> None:
    every = sum(len(rows(ledger, code)) for code in PRACTICES)
    assert sum(row.open_items for row in ledger.fleet.search("")) == every
    assert sum(cause.records for cause in ledger.open_items.causes()) == every


def test_a_workbook_that_nobody_imported_is_taken_back_by_its_button(
    client: TestClient, ledger: Ledger
) -> None:
    page = unescape(client.get("/open-items", params={"practice": WORKBOOKS}).text)
    assert "Werkboek oud_verkoopboek.xlsx van" in page
    assert "1 facturen zijn nog niet geïmporteerd." in page
    assert "accountant: Exact: importeren, Excel" in page
    (cause,) = re.findall(r'href="(/open-items/workbook_not_imported-\w+)', page)
    item = client.get(cause).text
    assert f'href="/practices/{WORKBOOKS}/workbooks"' in item
    done = {"act": "take_back_file", "scope": "cause", "reason": "nooit geïmporteerd"}
    answer = client.post(f"{cause}/act", data=done)
    assert [row["reason"] for row in rows(ledger, WORKBOOKS)] == ["division_not_granted"]
    back = client.post(f"{answer.headers['location']}/take-back", data={"reason": "toch wel"})
    assert back.status_code == 303
    assert len(rows(ledger, WORKBOOKS)) == 2


def test_a_failed_night_says_what_stopped_it_and_leads_to_its_run(client: TestClient) -> None:
    page = unescape(client.get("/open-items", params={"practice": WORKBOOKS}).text)
    (cause,) = re.findall(r'href="(/open-items/division_not_granted-\w+)', page)
    item = client.get(cause).text
    assert "/dags/exact_online__werkboeken/runs/scheduled__tonight" in item
    assert 'href="/outage"' in item
    late = unescape(client.get("/open-items", params={"practice": LATE}).text)
    assert f"Er is geen nacht van {today():%d-%m-%Y} begonnen voor Praktijk {LATE}" in late


def test_a_night_is_open_until_the_next_one_ends(ledger: Ledger) -> None:
    ledger.runs.finish(open_run(ledger, WORKBOOKS, "again").run_id, RunOutcome.COMPLETE)
    ledger.conn.execute("update run set book_day = %s where practice = %s", [today(), WORKBOOKS])
    assert [row["reason"] for row in rows(ledger, WORKBOOKS)] == ["workbook_not_imported"]


def test_a_record_is_open_since_it_was_first_so_for_this_reason(ledger: Ledger) -> None:
    """A retry that ends alike changes nothing; another reason begins anew."""
    run = open_run(ledger, VARIED, "later")
    before = ledger.conn.execute("select open_since from booking where source_key = 'factuur:31'").fetchone()
    plan(ledger, run, [{**rejection(31), "fingerprint": "other"}])
    plan(ledger, run, [{**rejection(32, "no_lines"), "fingerprint": "other"}])
    asked = "select source_key, open_since from current_booking where practice = %s"
    after = {row["source_key"]: row["open_since"] for row in ledger.conn.execute(asked, [VARIED])}
    assert before is not None
    assert after["factuur:31"] == before["open_since"] < after["factuur:32"]

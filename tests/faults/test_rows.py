"""Rows of the fault matrix that are one small scene each."""

from __future__ import annotations

import datetime as dt
import json
import logging
from contextlib import closing

import pytest

from exact_online.crash_points import watch_crash_points
from exact_online.failures import LedgerFailure, LinkFailure, NotReady
from exact_online.night import history
from exact_online.night import steps as night
from tests.faults.invariants import violations_at_rest
from tests.link.small import BOOK_DAY, SmallLink

ENTRIES = "salesentry/SalesEntries"
NUMBER = 2600001


@pytest.fixture
def link(link: SmallLink) -> SmallLink:
    """One debtor and one invoice."""
    link.james.debtor("1001")
    link.james.invoice(NUMBER, "1001")
    return link


def at_the_load(link: SmallLink) -> tuple[night.Night, night.Batch]:
    tonight = link.opened()
    night.extract(tonight, link.james_reader, (link.practice.link_date, BOOK_DAY))
    for batch in night.plan_debtors(tonight):
        night.load(tonight, batch)
    (batch,) = night.plan_entries(tonight)
    return tonight, batch


# --- A: crashes -----------------------------------------------------------------------------------


def test_a_ledger_that_can_not_be_written_sends_nothing(link: SmallLink) -> None:
    """FR-A15: no POST without a committed claim."""
    tonight, batch = at_the_load(link)
    watch_crash_points(lambda name: _make_read_only(link) if name == "before claim_bookings" else None)
    try:
        with pytest.raises(LedgerFailure, match=r"claim_bookings.*25006"):
            night.load(tonight, batch)
    finally:
        watch_crash_points(None)
    assert link.writes(ENTRIES) == 0
    link.die()
    assert link.night().items == []


def _make_read_only(link: SmallLink) -> None:
    link.ledger.conn.execute("set default_transaction_read_only = on")


# --- C, J: which division -------------------------------------------------------------------------


def test_a_division_with_another_name_is_not_written_to(link: SmallLink) -> None:
    """FR-C11, FR-J11: consent for the wrong division, or a switch from test to live."""
    link.division.name = "Een andere administratie"
    with pytest.raises(NotReady, match="heet in Exact 'Een andere administratie'"):
        link.night()
    assert link.writes() == 0


def test_a_division_that_is_not_in_the_consent_is_not_written_to(link: SmallLink) -> None:
    """FR-C11."""
    link.ledger.conn.execute("update practice set division = 3199999")
    with pytest.raises((NotReady, LinkFailure), match=r"3199999|authenticate|access"):
        link.night()
    assert link.writes() == 0


# --- D: runs --------------------------------------------------------------------------------------


def test_a_night_after_two_days_without_one_takes_all_that_is_unbooked(link: SmallLink) -> None:
    """FR-D6, FR-A13: nothing depends on the day of the last run."""
    for place, day in enumerate((18, 19, 20, 21), start=1):
        link.james.invoice(NUMBER + place, "1001", day=dt.date(2026, 11, day))
    assert link.night().numbers.sales_entries == 5
    assert violations_at_rest(link) == []


def test_what_tasks_hand_on_is_counts_and_ids(link: SmallLink) -> None:
    """FR-D9, INV-13."""
    _, batch = at_the_load(link)
    assert batch.range.keys() == {"turn", "kind", "first_id", "last_id"}
    assert len(json.dumps(vars(batch))) < 200


def test_what_was_planned_is_what_is_sent_whatever_changes_meanwhile(link: SmallLink) -> None:
    """FR-D13: other settings, other code: the payload in the ledger goes out."""
    tonight, batch = at_the_load(link)
    (planned,) = link.ledger.bookings.to_send(tonight.run, batch)
    link.ledger.conn.execute(
        "update settings_version set settings = jsonb_set(settings, '{sales_journal}', '\"71\"')"
    )
    night.load(link.night_of(tonight.run), batch)
    (entry,) = link.entries(NUMBER)
    assert entry["Journal"].strip() == json.loads(planned.payload)["Journal"] == "70"


# --- E: time --------------------------------------------------------------------------------------


def test_an_invoice_that_is_committed_late_with_an_older_stamp_is_found(link: SmallLink) -> None:
    """FR-E5: scope is absence from the ledger, not a watermark."""
    link.night()
    link.james.invoice(NUMBER + 1, "1001")
    with link.james.conn.transaction():
        link.james.conn.execute("set local session_replication_role to replica")
        link.james.conn.execute(
            "update james.factuur set gewijzigd_op = '2026-10-01' where factuur_id = %s", [NUMBER + 1]
        )
    assert link.night().numbers.sales_entries == 1


def test_midnight_written_as_24_hours_is_the_next_day(link: SmallLink) -> None:
    """FR-E12, FR-E4: the batch goes on, and the invoice is in one night."""
    link.james.conn.execute(
        "update james.factuur set gefactureerd_op = '2026-11-19 24:00:00 Europe/Amsterdam'"
    )
    link.night()
    row = link.ledger.conn.execute("select entry_date from booking where kind = 'sales_entry'").fetchone()
    assert row == {"entry_date": dt.date(2026, 11, 20)}


def test_a_worker_whose_clock_jumps_back_books_once(link: SmallLink) -> None:
    """FR-E6."""
    link.world.faults.add("drop_after_commit", endpoint=ENTRIES, method="POST")
    link.world.faults.add(
        "call", endpoint=ENTRIES, method="POST", nth=2, act=lambda world: world.clock.advance(minutes=-10)
    )
    assert link.night().items == []
    assert len(link.entries(NUMBER)) == 1


# --- G: changes -----------------------------------------------------------------------------------


def test_an_invoice_that_was_only_paid_is_not_booked_again(link: SmallLink) -> None:
    """FR-G3, INV-9."""
    link.night()
    link.james.settle(NUMBER)
    before = link.writes()
    assert link.night().items == []
    assert link.writes() == before


def test_a_booked_invoice_that_is_corrected_is_told_and_never_changed(link: SmallLink) -> None:
    """FR-G1, INV-7."""
    link.night()
    link.james.correct(NUMBER, (4200, 0, "tariff"))
    before = link.writes()
    link.night()
    assert link.writes() == before
    rows = link.ledger.conn.execute("select cause, exact_cents, james_cents from difference").fetchall()
    assert rows == [{"cause": "changed_after_booking", "exact_cents": 1000, "james_cents": 4200}]


# --- J: reruns and history ------------------------------------------------------------------------


def test_ten_reruns_in_any_order_write_nothing(link: SmallLink) -> None:
    """FR-J1, FR-D3, INV-9: the same run cleared, and new ones."""
    link.night("first")
    before = link.writes()
    for name in ("first", "second", "first", "second", "third", "first", "third", "second", "third", "first"):
        link.night(name)
    assert link.writes() == before


def test_history_over_booked_days_writes_nothing_and_its_order_does_not_matter(link: SmallLink) -> None:
    """FR-J2, FR-J3, FR-J5: asked for twice, after the newer days were booked."""
    link.james.invoice(NUMBER + 1, "1001", day=dt.date(2026, 9, 15))
    link.night()
    link.night(backfill="import")
    link.settled_from = link.practice.first_sync_date
    assert violations_at_rest(link) == []
    before = link.writes()
    link.night(backfill="import")
    assert link.writes() == before


def test_history_that_would_begin_after_the_link_date_is_not_allowed(link: SmallLink) -> None:
    """FR-J6: before any work."""
    with pytest.raises(NotReady, match=r"gekoppeld sinds 01-10-2026.*een eerdere dag"):
        history.choose(link.opened(), "import", "2026-11-01")


# --- a task that takes too long -----------------------------------------------------------------


class TooLong(BaseException):
    """As Airflow's AirflowTaskTimeout: raised wherever the task is, caught by nobody of ours."""


@pytest.mark.parametrize(
    "place", ["before confirm_bookings", f"before POST {ENTRIES}", f"after POST {ENTRIES}"]
)
def test_a_task_that_is_ended_for_its_time_loses_nothing_and_doubles_nothing(
    link: SmallLink, place: str
) -> None:
    """FR-E10: the booking is doubtful for the next try, and the practice is free for it."""

    def end(name: str) -> None:
        if name == place:
            raise TooLong

    tonight, batch = at_the_load(link)
    watch_crash_points(end)
    try:
        with pytest.raises(TooLong):
            night.load(tonight, batch)
    finally:
        watch_crash_points(None)
    assert link.states()[f"factuur:{NUMBER}"] == "sending"
    other = link.new_ledger()
    with closing(other.conn), other.holding(link.practice.code):
        other.check_holds(link.practice.code)
    assert link.night().items == []
    assert len(link.entries(NUMBER)) == 1


# --- INV-13 ---------------------------------------------------------------------------------------


def test_no_secret_and_no_name_comes_into_a_log(link: SmallLink, caplog: pytest.LogCaptureFixture) -> None:
    """INV-13: canaries, at the most talkative level, through a night in which much goes wrong."""
    canary = "Kanarievogel"
    link.james.debtor("1002", name=canary, condition="INCASSO", iban="NL91ABNA0417164300")
    link.james.invoice(NUMBER + 1, "1002")
    said = json.dumps({"error": {"message": {"value": f"{canary} gaat niet"}}})
    link.world.faults.add("status", endpoint=ENTRIES, method="POST", status=500, body=said)
    link.world.faults.add("drop_after_commit", endpoint="crm/Contacts", method="POST")
    link.clock.sleep(700)
    with caplog.at_level(logging.DEBUG):
        link.night()
    (grant,) = link.world.authority.grants.values()
    app = link.world.app
    for secret in (canary, "NL91ABNA0417164300", grant.access, grant.refresh, app.client_secret):
        assert secret not in caplog.text
    assert "factuur" in caplog.text or "booking" in caplog.text

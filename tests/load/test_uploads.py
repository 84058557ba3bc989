"""Uploads of many entries (B6): an answer per element, partial success, reading before booking."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
from typer.testing import CliRunner

from exact_online import cli
from exact_online.api.client import UPLOAD
from exact_online.api.lists import load_lists
from exact_online.failures import DayIsFull, LinkFailure, NotReady
from exact_online.migrations import CONNECTION_VARIABLE
from simulator import values as values_of_exact
from tests.faults.invariants import violations_at_rest
from tests.link.small import SmallLink
from tests.load.test_turns import limited_to
from tests.report import hands

OLD = 2500001
"""The number of the first older invoice."""


@pytest.fixture
def bulk(link: SmallLink) -> SmallLink:
    """A practice that wants uploads, with 24 older invoices of both journals and one credit."""
    link.setting(bulk=True)
    history(link, 24)
    return link


def history(link: SmallLink, count: int) -> None:
    link.settled_from = link.practice.first_sync_date
    link.james.debtor("1001")
    link.james.debtor("1002", kind="Instelling")
    for place in range(count):
        condition = "PIN" if place % 3 == 2 else "14D"
        lines = ((3500 + place, 0, "tariff"), (1000 + place, 21, "article"))
        day = link.practice.first_sync_date
        link.james.invoice(OLD + place, ("1001", "1002")[place % 2], *lines, day=day, condition=condition)


def calls(link: SmallLink, since: int = 0) -> Counter[str]:
    log = list(link.world.log)[since:]
    return Counter(f"{call.method} {call.endpoint}" for call in log)


def upload_rows(link: SmallLink) -> list[dict[str, Any]]:
    return link.ledger.conn.execute(
        "select entries, outcome, booked, rejected from upload order by upload_id"
    ).fetchall()


def entries_posted(link: SmallLink) -> int:
    found = calls(link)
    return found["POST salesentry/SalesEntries"] + found["POST generaljournalentry/GeneralJournalEntries"]


def test_history_goes_in_uploads_and_comes_to_the_same_books(bulk: SmallLink) -> None:
    """B6: an entry each in both journals, with the content that one that goes alone has."""
    outcome = bulk.night(backfill="import")
    assert outcome.items == []
    assert set(bulk.states().values()) == {"booked"}
    assert violations_at_rest(bulk) == []
    assert entries_posted(bulk) == 0
    rows = upload_rows(bulk)
    assert rows[0] == {"entries": 0, "outcome": "answered", "booked": 0, "rejected": 0}
    assert sum(row["booked"] for row in rows) == 24


def test_without_the_setting_nothing_is_uploaded(link: SmallLink) -> None:
    history(link, 24)
    assert link.night(backfill="import").items == []
    assert (entries_posted(link), calls(link)["POST docs/XMLUpload"]) == (24, 0)
    assert upload_rows(link) == []


def test_tonights_invoices_go_one_by_one(bulk: SmallLink) -> None:
    for number in range(2600001, 2600009):
        bulk.james.invoice(number, "1001")
    bulk.night(backfill="nothing")
    assert (entries_posted(bulk), calls(bulk)["POST docs/XMLUpload"]) == (8, 0)


def test_a_dry_run_uploads_nothing(bulk: SmallLink) -> None:
    bulk.night()
    bulk.dry_run(backfill="import")
    assert calls(bulk)["POST docs/XMLUpload"] == 0


def test_by_command_a_practice_wants_uploads_and_all_are_switched_off(
    link: SmallLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CONNECTION_VARIABLE, link.place.ledger_dsn)
    by = ["--by", "Anna", "--reason", "eerste jaren"]
    run = CliRunner().invoke(cli.app, ["bulk", "--on", "--practice", link.practice.code, *by])
    assert run.output == "Version 2 of the settings.\n"
    assert link.ledger.practices.settings(link.ledger.practices.get(link.practice.code)).bulk
    off = CliRunner().invoke(cli.app, ["bulk", "--off", *by])
    assert off.output == "Uploads are off for all practices, from the next upload on.\n"
    history(link, 12)
    assert link.night(backfill="import").items == []
    assert (entries_posted(link), calls(link)["POST docs/XMLUpload"]) == (12, 0)


def test_the_switch_of_the_fleet_stops_uploads_from_the_next_one_on(bulk: SmallLink) -> None:
    bulk.ledger.uploads.set_switch(False, "Anna", "Exact has announced an end")
    assert bulk.night(backfill="import").items == []
    assert (entries_posted(bulk), calls(bulk)["POST docs/XMLUpload"]) == (24, 0)


LOST = [
    ("drop_before", {}),
    ("drop_after_commit", {}),
    ("upload_breaks_off", {}),
    ("upload_leaves_out", {}),
    ("upload_in_other_order", {}),
    ("empty_answer", {}),
    ("truncate", {}),
    ("answer_without_id", {}),
    ("answer_of_another", {}),
    ("html_page", {"executed": True}),
    ("status", {"status": 502, "executed": True}),
    ("status", {"status": 400}),
    ("status", {"status": 500, "body": '{"error":{"message":{"value":"Dit gaat niet"}}}'}),
    ("slow_commit", {"seconds": 100}),
    ("stale_read", {"seconds": 90}),
    ("duplicate", {}),
]


@pytest.mark.parametrize("nth", [2, 3], ids=["the first upload", "a later one"])
@pytest.mark.parametrize(("kind", "settings"), LOST, ids=[f"{kind}{given}" for kind, given in LOST])
def test_whatever_becomes_of_the_answer_each_is_booked_once(
    bulk: SmallLink, kind: str, settings: dict[str, Any], nth: int
) -> None:
    """FR-B1 to FR-B13, for many at once: the check is the first call of the endpoint."""
    fault = bulk.world.faults.add(kind, endpoint=UPLOAD, nth=nth, **settings)
    outcome = bulk.night(backfill="import")
    assert fault.hits == 1
    assert outcome.items == []
    assert set(bulk.states().values()) == {"booked"}
    assert violations_at_rest(bulk) == []


EXECUTED = [
    ("drop_after_commit", {}),
    ("truncate", {}),
    ("empty_answer", {}),
    ("answer_without_id", {}),
    ("status", {"status": 502, "executed": True}),
]


@pytest.mark.parametrize("numbers", ["as_sent", "hint"])
@pytest.mark.parametrize(("kind", "settings"), EXECUTED, ids=[kind for kind, _ in EXECUTED])
def test_what_was_executed_is_not_sent_again_however_its_answer_was_lost(
    bulk: SmallLink, kind: str, settings: dict[str, Any], numbers: str
) -> None:
    """FR-B2: with numbers that are a hint, Exact itself would take a second one."""
    bulk.world.switches.entry_numbers = numbers
    bulk.world.faults.add(kind, endpoint=UPLOAD, nth=2, **settings)
    bulk.night(backfill="import")
    for number in range(OLD, OLD + 24):
        assert len(bulk.entries(number)) == 1
    assert sum(row["entries"] for row in upload_rows(bulk)) + entries_posted(bulk) == 24


def test_what_an_answer_does_not_name_is_read_and_never_called_booked_for_that(bulk: SmallLink) -> None:
    """The answer says that all are done, and Exact does not show two of them."""

    def hide(world: Any) -> None:
        bulk.world.faults.add("stale_read", endpoint="bulk/Financial/TransactionLines")

    bulk.world.faults.add("call", endpoint=UPLOAD, nth=2, act=hide)
    bulk.world.faults.add("upload_leaves_out", endpoint=UPLOAD, nth=2, count=3)
    assert bulk.night(backfill="import").items == []
    assert violations_at_rest(bulk) == []


@pytest.mark.parametrize("kind", ["drop_before", "drop_after_commit", "upload_breaks_off"])
def test_after_two_answers_that_were_lost_the_rest_goes_one_by_one(bulk: SmallLink, kind: str) -> None:
    bulk.world.faults.add(kind, endpoint=UPLOAD, nth=2, times=None)
    assert bulk.night(backfill="import").items == []
    assert violations_at_rest(bulk) == []
    assert [row["outcome"] for row in upload_rows(bulk)] == ["answered", "lost", "lost"]


@pytest.mark.parametrize("status", [404, 403])
def test_an_upload_that_exact_denies_goes_one_by_one_at_once(bulk: SmallLink, status: int) -> None:
    bulk.world.faults.add("status", endpoint=UPLOAD, status=status, nth=2, times=None)
    assert bulk.night(backfill="import").items == []
    assert violations_at_rest(bulk) == []
    assert (entries_posted(bulk), calls(bulk)["POST docs/XMLUpload"]) == (24, 2)
    assert [row["outcome"] for row in upload_rows(bulk)] == ["answered", "denied"]


@pytest.mark.parametrize(
    ("kind", "settings", "nth"),
    [("status", {"status": 403}, 3), ("status", {"status": 404}, 3), ("drop_after_commit", {}, 2)],
)
def test_what_ends_uploads_at_the_last_one_of_a_run_is_told(
    bulk: SmallLink, kind: str, settings: dict[str, Any], nth: int
) -> None:
    """No upload follows that would ask whether uploads still work: the rest goes one by one."""
    bulk.world.faults.add(kind, endpoint=UPLOAD, nth=nth, times=None, **settings)
    outcome = bulk.night(backfill="import")
    assert outcome.items == []
    assert calls(bulk)["POST docs/XMLUpload"] == 3, "the check, and an upload for each journal"
    told = bulk.ledger.review.adjustments_of_run(outcome.run.run_id)
    assert [each.reason for each in told] == ["uploads_do_not_work"]
    assert violations_at_rest(bulk) == []


SCOPE = '{"error":{"message":{"value":"Forbidden - Application Scope Violated. Cannot manage"}}}'
NOT_AS_EXPECTED = [
    ("status", {"status": 404}),
    ("status", {"status": 403, "body": SCOPE}),
    ("status", {"status": 200, "body": "<eExact><Messages/></eExact>", "content_type": "text/xml"}),
    ("status", {"status": 200, "body": '<!DOCTYPE eExact [<!ENTITY a "b">]><eExact><Messages/></eExact>'}),
    ("html_page", {}),
    ("drop_before", {}),
]


@pytest.mark.parametrize(("kind", "settings"), NOT_AS_EXPECTED)
def test_a_check_that_is_not_answered_as_expected_is_told_once(
    bulk: SmallLink, kind: str, settings: dict[str, Any]
) -> None:
    """The vendor may phase uploads out: REST does the work, and nobody has to do anything first."""
    bulk.world.faults.add(kind, endpoint=UPLOAD, times=None, **settings)
    outcome = bulk.night(backfill="import")
    assert (outcome.items, entries_posted(bulk), calls(bulk)["POST docs/XMLUpload"]) == ([], 24, 1)
    told = bulk.ledger.review.adjustments_of_run(outcome.run.run_id)
    assert [each.reason for each in told] == ["uploads_do_not_work"]
    for place in range(24, 40):
        bulk.james.invoice(OLD + place, "1001", day=bulk.practice.first_sync_date)
    later = bulk.night(backfill="import")
    assert calls(bulk)["POST docs/XMLUpload"] == 2
    assert bulk.ledger.review.adjustments_of_run(later.run.run_id) == []
    assert violations_at_rest(bulk) == []


def test_what_a_message_rejects_is_rejected_with_its_words_and_the_others_are_booked(
    bulk: SmallLink,
) -> None:
    """Partial success: a relation is blocked just before the upload."""
    bulk.world.faults.add("block_relation", endpoint=UPLOAD, nth=2, code="1002")
    items = bulk.night(backfill="import").items
    states = bulk.states()
    of_1001 = {f"factuur:{OLD + place}" for place in range(0, 24, 2)}
    assert {key for key, state in states.items() if key in of_1001 and state != "booked"} == set()
    assert {item.source_key for item in items} >= {f"factuur:{OLD + 1}", f"factuur:{OLD + 3}"}
    assert {item.reason for item in items} <= {"relation_blocked", "others_rejected", "rejected_other"}


def sales_entry(link: SmallLink, number: int, **values: Any) -> dict[str, Any]:
    """What somebody types under a number of ours."""
    settings = link.ledger.practices.settings(link.ledger.practices.get(link.practice.code))
    lists = load_lists(link.ledger.mirrors, link.practice.code)
    account = lists.gl_accounts[next(iter(settings.revenue_accounts.values()))].id
    return {
        "Journal": settings.sales_journal,
        "Customer": link.division.relation("1002")["ID"],
        "EntryDate": values_of_exact.stamp(f"{link.practice.first_sync_date}T00:00:00"),
        "EntryNumber": number,
        "YourRef": str(number),
        "PaymentCondition": next(iter(settings.payment_conditions.values())),
        "SalesEntryLines": [{"GLAccount": account, "AmountFC": 1.0, "VATCode": ""}],
        **values,
    }


def test_messages_in_another_order_are_taken_by_their_numbers(bulk: SmallLink) -> None:
    """A relation is blocked, so some are rejected: which ones, only the numbers say."""
    bulk.night(backfill="nothing")

    def block(world: Any) -> None:
        row = bulk.division.relation("1002")
        row["Blocked"] = True
        bulk.division.save("Accounts", row)
        bulk.world.faults.add("upload_in_other_order", endpoint=UPLOAD, times=None)

    bulk.world.faults.add("call", endpoint=UPLOAD, act=block)
    bulk.night(backfill="import")
    rejected = {key for key, state in bulk.states().items() if state == "rejected"}
    booked = {key for key, state in bulk.states().items() if state == "booked"}
    assert rejected
    assert rejected <= {f"factuur:{OLD + place}" for place in range(1, 24, 2)}
    assert {f"factuur:{OLD + place}" for place in range(0, 24, 2)} <= booked


def test_a_number_that_somebody_took_meanwhile_is_compared_and_rejected(bulk: SmallLink) -> None:
    bulk.night(backfill="nothing")

    def type_it(world: Any) -> None:
        hands.enter(bulk, sales_entry(bulk, OLD))

    bulk.world.faults.add("call", endpoint=UPLOAD, nth=2, act=type_it)
    (item,) = bulk.night(backfill="import").items
    assert (item.source_key, item.state, item.reason) == (
        f"factuur:{OLD}",
        "rejected",
        "entry_number_in_use",
    )
    assert sorted(set(bulk.states().values())) == ["booked", "rejected"]


def test_numbers_that_exact_gives_itself_are_found_by_the_reference(bulk: SmallLink) -> None:
    """Fact 4.7a: the number that is sent may be a hint."""
    bulk.world.switches.entry_numbers = "hint"
    told = {item.reason for item in bulk.night(backfill="import").items}
    assert told <= {"other_entry_number"}
    assert set(bulk.states().values()) == {"booked"}
    for number in range(OLD, OLD + 24):
        assert len(bulk.entries(number)) == 1


def test_a_total_that_exact_made_otherwise_stops_the_practice_and_leaves_nothing_sending(
    bulk: SmallLink,
) -> None:
    """As of an entry that goes alone: this one is wrong, and so would be all that follow."""
    bulk.night(backfill="nothing")

    def round_down(world: Any) -> None:
        """Exact changes the total of one entry between the upload and our look."""
        entry = hands.entry_of(bulk, OLD)
        bulk.by_hand.changed.add(entry["EntryID"])
        hands.change_amount(bulk, OLD, 1.23)

    bulk.world.faults.add("call", containing=f"EntryNumber ge {OLD}", act=round_down)
    with pytest.raises(NotReady, match=str(OLD)):
        bulk.night(backfill="import")
    assert "sending" not in bulk.states().values()
    assert calls(bulk)["POST docs/XMLUpload"] == 3, "the check, and the first of each journal"


def test_all_alike_rejected_hold_the_rest(bulk: SmallLink) -> None:
    """The first upload is small: a fault of all of them costs ten rejections, not five hundred."""
    bulk.night(backfill="nothing")
    year, period = bulk.practice.first_sync_date.year, bulk.practice.first_sync_date.month
    bulk.world.faults.add("close_period", endpoint=UPLOAD, nth=2, year=year, period=period)
    items = bulk.night(backfill="import").items
    found = Counter(item.reason for item in items)
    assert found["period_closed"] <= 20
    assert "booked" not in {state for key, state in bulk.states().items() if key.startswith("factuur")}


def test_relations_whose_code_was_never_read_are_read_first(bulk: SmallLink) -> None:
    """A code that Exact does not know could make a relation: only codes that were read go out."""
    bulk.night(backfill="import")
    order = [call.endpoint for call in bulk.world.log]
    first = order.index("docs/XMLUpload", order.index("docs/XMLUpload") + 1)
    made = max(at for at, call in enumerate(bulk.world.log) if call.endpoint == "crm/Accounts")
    assert "sync/CRM/Accounts" in order[made:first]


def test_an_interrupted_reading_leaves_all_doubtful_and_sends_nothing_again(bulk: SmallLink) -> None:
    bulk.world.faults.add("status", containing="EntryNumber ge", status=503, times=4)
    with suppress(LinkFailure):
        bulk.night(backfill="import")
    assert "doubtful" in bulk.states().values()
    bulk.until_at_rest(backfill="import")
    assert violations_at_rest(bulk) == []


def test_uploads_count_in_the_budget_and_leave_the_reserve(bulk: SmallLink) -> None:
    """B6: history leaves calls of the day to the night; of a small day a fifth."""
    bulk.night(backfill="nothing")
    limited_to(bulk, 30)
    with pytest.raises(DayIsFull):
        bulk.night(backfill="import")
    assert calls(bulk)["POST docs/XMLUpload"] == 0
    assert bulk.states()[f"factuur:{OLD}"] == "planned"

"""Open items by cause: one cause, one item, over records, nights and practices."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import pytest

from exact_online.ledger import Ledger, OpenFilter, Order, connect
from exact_online.reasons import explain
from exact_online.report.sentences import is_about_one_record, item_sentence
from tests.ledger_cases import book, differ, entry, open_run, plan, register, rejection
from tests.many_causes import PRACTICES, causes, plant


@pytest.fixture
def ledger(ledger_dsn: str) -> Iterator[Ledger]:
    with closing(connect(ledger_dsn)) as conn:
        yield Ledger(conn)


def test_thirty_causes_over_fourteen_practices_and_900_invoices_are_thirty_items(ledger: Ledger) -> None:
    wanted = plant(ledger)
    assert len(wanted) == len(causes()) == 30
    pages = [ledger.open_items.causes(page=page) for page in (1, 2)]
    assert [len(page) for page in pages] == [25, 5]
    found = pages[0] + pages[1]
    assert {row.found for row in found} == {30}
    assert (
        Counter({(row.reason, json.dumps(row.cause_values, sort_keys=True)): row.records for row in found})
        == wanted
    )
    assert sum(row.cents for row in found) == 90_000
    (blocked,) = [row for row in found if row.cause_values == {"account": "8300"} and "blocked" in row.reason]
    assert (blocked.practices, blocked.records, blocked.invoices) == (7, 30, 30)
    assert not is_about_one_record(blocked)
    (first, *_rest) = ledger.open_items.records(blocked.cause_id)
    assert "8300" in item_sentence(first.item)
    assert is_about_one_record(next(row for row in found if row.reason == "no_lines"))

    of_one = ledger.open_items.causes(OpenFilter(practice=PRACTICES[3]))
    assert {row.practices for row in of_one} == {1}
    of_practice = ledger.open_items.causes(OpenFilter(who="practice"))
    assert {row.reason for row in of_practice} >= {"no_lines", "vat_rate_unknown"}
    assert "gl_account_blocked" not in {row.reason for row in of_practice}
    assert ledger.open_items.causes(OpenFilter(reason="no_lines", who="accountant")) == []
    assert len(ledger.open_items.causes(OpenFilter(reason="gl_account_blocked"))) == 10


def test_what_waits_for_a_debtor_is_of_the_cause_of_that_debtor(ledger: Ledger) -> None:
    """Whoever puts the debtor right has put his invoices right."""
    register(ledger)
    run = open_run(ledger)
    debtor = {**rejection(1001, "number_clash", '{"debtor": "1001"}'), "kind": "debtor"}
    plan(ledger, run, [{**debtor, "source_key": "debiteur:1001"}, entry(1), entry(2, 2500), entry(3)])
    for batch in ledger.planning.batches("praktijk_a", 100):
        ledger.bookings.hold_what_must_wait(run, batch, frozenset())
    (cause,) = ledger.open_items.causes()
    assert (cause.reason, cause.records, cause.invoices, cause.cents) == ("number_clash", 4, 3, 4500)
    waiting = {row.subject: row.is_waiting for row in ledger.open_items.records(cause.cause_id)}
    assert waiting == {"debiteur:1001": False, "factuur:1": True, "factuur:2": True, "factuur:3": True}
    own = ledger.open_items.records(cause.cause_id, own_only=True)
    assert [row.subject for row in own] == ["debiteur:1001"]
    assert explain("number_clash", own[0].item.values) == item_sentence(own[0].item)


def test_what_is_booked_accepted_or_on_its_way_tonight_is_not_open(ledger: Ledger) -> None:
    register(ledger)
    run = open_run(ledger)
    plan(ledger, run, [entry(1), entry(2)])
    exact_id = book(ledger, run, 1)
    assert ledger.open_items.causes() == []
    ledger.conn.execute("update booking set planned_at = now() - interval '2 days' where entry_number = 2")
    (late,) = ledger.open_items.causes()
    assert (late.reason, late.is_by_itself) == ("not_yet_due", True)
    differ(ledger, run, 1, exact_id)
    changed, late = ledger.open_items.causes()
    assert (changed.reason, changed.cents, late.reason) == ("changed_in_exact", 100, "not_yet_due")
    (record,) = ledger.open_items.records(changed.cause_id)
    assert "James 10,00, Exact 9,00" in item_sentence(record.item)
    ledger.conn.execute("update difference set accepted_by = 'Sanne'")
    assert [row.reason for row in ledger.open_items.causes()] == ["not_yet_due"]


def test_a_broken_link_and_a_missing_scope_are_items_of_their_practices(ledger: Ledger) -> None:
    """One consent serves two practices: one cause. They come before what single records have."""
    register(ledger, "noord", 101)
    register(ledger, "zuid", 102)
    chain = ledger.practices.get("noord").chain_id
    ledger.conn.execute("update practice set chain_id = %s", [chain])
    plan(ledger, open_run(ledger, "noord"), [{**rejection(1), "total_cents": 9999}])
    ledger.conn.execute("update token_chain set state = 'reconnect_needed', state_reason = 'used before'")
    ledger.conn.execute("insert into missing_scope (client_id, scope) values ('app', 'crm:manage')")
    found = ledger.open_items.causes()
    assert [(row.reason, row.practices) for row in found[:2]] in (
        [("reconnect_needed", 2), ("app_scope_missing", 2)],
        [("app_scope_missing", 2), ("reconnect_needed", 2)],
    )
    sentences = {
        item_sentence(ledger.open_items.records(row.cause_id)[0].item) for row in found if row.is_practice
    }
    assert any("is verbroken" in sentence for sentence in sentences)
    assert any("crm:manage" in sentence for sentence in sentences)
    assert ledger.open_items.causes(order=Order.AGE)[-1].reason in {"app_scope_missing", "no_lines"}


def test_a_record_is_open_as_its_latest_version(ledger: Ledger) -> None:
    """Exact rejected it, James changed it: the newer version takes its place at once."""
    register(ledger)
    run = open_run(ledger)
    plan(ledger, run, [rejection(1), rejection(2)])
    for times in (1, 2):
        ledger.conn.execute("update booking set attempt = 1 where source_key = 'factuur:1'")
        plan(ledger, run, [{**rejection(1, "total_mismatch"), "fingerprint": f"other {times}"}])
    versions = ledger.conn.execute(
        "select source_key, version, is_latest from booking order by source_key, version"
    ).fetchall()
    assert [tuple(row.values()) for row in versions] == [
        ("factuur:1", 1, False),
        ("factuur:1", 2, False),
        ("factuur:1", 3, True),
        ("factuur:2", 1, True),
    ]
    assert {row.reason: row.records for row in ledger.open_items.causes()} == {
        "total_mismatch": 1,
        "no_lines": 1,
    }

"""A link with Exact that is broken: one sentence, seen the same day, and cured by a new consent."""

from __future__ import annotations

import pytest

from exact_online import watch
from exact_online.reason_codes import Reason
from tests.cures.walk import Walk


@pytest.fixture
def walk(walk: Walk) -> Walk:
    """One debtor with one invoice."""
    walk.link.james.debtor("1001")
    walk.link.james.invoice(2600001, "1001")
    return walk


def denied_calls(walk: Walk) -> int:
    return sum(call.status == 401 and call.endpoint != "oauth2/token" for call in walk.link.world.log)


def test_a_link_that_was_revoked_in_exact_is_one_sentence_and_a_watch_item(walk: Walk) -> None:
    """FR-C6, B5: the token is young, so Exact is asked for another only when it may be."""
    authority = walk.link.world.authority
    authority.withdraw(walk.link.world.user.id)
    walk.all()
    assert walk.red == {"prepare"}
    assert [line for line in walk.lines["prepare"] if "koppeling met Exact is verbroken" in line]
    assert denied_calls(walk) == 2
    assert [status for _, status in authority.token_answers[1:]] == [401]
    (item,) = watch.token_items(walk.link.ledger)
    assert (item.reason, item.is_urgent, item.is_due) == (Reason.RECONNECT_NEEDED, True, True)

    walk.link.authenticate()
    walk.clear(walk.to_clear("prepare"))
    assert walk.red == set()
    assert watch.token_items(walk.link.ledger) == []


def test_a_token_that_exact_denies_though_the_link_lives_is_renewed_when_it_may_be(walk: Walk) -> None:
    """FR-C6: nothing is red, no person is needed."""
    walk.link.world.authority.access.clear()
    walk.all()
    assert walk.red == set()
    assert walk.link.states()["factuur:2600001"] == "booked"
    assert walk.link.world.authority.early_refreshes == 0


def test_a_token_that_stays_denied_after_its_renewal_ends_the_link(walk: Walk) -> None:
    """FR-C6: on the first 401 that a renewal does not cure."""
    walk.link.world.faults.add("status", endpoint="system/Divisions", status=401, times=None)
    walk.all()
    assert walk.red == {"prepare"}
    assert denied_calls(walk) == 4
    (item,) = watch.token_items(walk.link.ledger)
    assert item.reason is Reason.RECONNECT_NEEDED


def open_items(walk: Walk) -> list[tuple[str, str]]:
    rows = walk.link.ledger.conn.execute("select subject, reason from v_open_items order by subject")
    return [(row["subject"], row["reason"]) for row in rows.fetchall()]


def test_the_night_that_it_stops_has_failed_by_it_and_is_no_second_item(walk: Walk) -> None:
    """The pages showed it as running, for ever."""
    ledger, code = walk.link.ledger, walk.link.practice.code
    walk.link.world.authority.withdraw(walk.link.world.user.id)
    walk.all()
    (night,) = ledger.practice_pages.nights(code)
    assert (night.outcome, night.reason) == ("failed", "link_broken")
    assert night.finished_at is not None
    status = ledger.fleet.status(code)
    assert status is not None
    assert (status.last_outcome, status.need) == ("failed", "link_broken")
    assert open_items(walk) == [(code, "reconnect_needed")]

    walk.link.authenticate()
    assert [reason for _, reason in open_items(walk)] == ["night_failed"], "what is left to do"
    walk.clear("prepare")
    (night,) = ledger.practice_pages.nights(code)
    assert (night.outcome, night.reason, open_items(walk)) == ("complete", None, [])

"""Each row of the answer table (docs/reliability.md) once through the whole link.

What comes of the booking, and what Exact has of it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from dev.demo.practices import practice
from exact_online.failures import AccessDenied, DayIsFull, LinkFailure, NotReady, Unreachable, WaitForWindow
from exact_online.night import steps
from tests.link.james import PROFESSION
from tests.link.small import PRACTICE, Place, SmallLink
from tests.load.test_batch import at_the_load

ENTRIES = "salesentry/SalesEntries"
KEY, NUMBER = "factuur:2600001", 2600001
MESSAGE = {"error": {"code": "", "message": {"lang": "", "value": "Dit kan vandaag niet"}}}


@pytest.fixture
def link(link: SmallLink) -> SmallLink:
    """One debtor, two invoices; faults are for the first."""
    link.james.debtor("1001")
    link.james.invoice(NUMBER, "1001")
    link.james.invoice(NUMBER + 1, "1001")
    return link


def strike(link: SmallLink, kind: str, **settings: Any) -> None:
    """The next POST of the first invoice meets a fault."""
    link.world.faults.add(kind, endpoint=ENTRIES, method="POST", containing=str(NUMBER), **settings)


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        pytest.param("drop_after_commit", {}, id="FR-B2_read_timeout_after_exact_accepted"),
        pytest.param("drop_before", {}, id="FR-B3_request_lost"),
        pytest.param("slow_commit", {"seconds": 100}, id="FR-B4_lands_before_the_first_look_up"),
        pytest.param("slow_commit", {"seconds": 200}, id="FR-B4_lands_between_the_look_ups"),
        pytest.param("slow_commit", {"seconds": 242}, id="FR-B4_lands_after_we_sent_again"),
        pytest.param("status", {"status": 500}, id="FR-B10_500_without_a_message"),
        pytest.param("status", {"status": 502, "executed": True}, id="FR-B10_502_executed"),
        pytest.param("status", {"status": 503}, id="FR-B10_503"),
        pytest.param("status", {"status": 504, "executed": True}, id="FR-B10_504_executed"),
        pytest.param("truncate", {}, id="FR-B12_json_breaks_off"),
        pytest.param("truncate_connection", {}, id="FR-B12_connection_breaks_off"),
        pytest.param("empty_answer", {}, id="FR-B12_without_a_body"),
        pytest.param("answer_without_id", {}, id="FR-B12_without_an_id"),
        pytest.param("answer_of_another", {}, id="FR-B12_id_of_another"),
        pytest.param("duplicate", {}, id="FR-B13_executed_twice"),
        pytest.param("html_page", {}, id="FR-B14_login_page"),
        pytest.param("html_page", {"executed": True}, id="FR-B14_login_page_executed"),
        pytest.param("redirect", {}, id="FR-B15_redirect_to_another_host"),
        pytest.param("stale_read", {"seconds": 60}, id="FR-B18_not_visible_at_once"),
        pytest.param("slow_answer", {"wait_seconds": 59}, id="FR-B19_slow"),
        pytest.param("status", {"status": 401}, id="FR-C5_token_denied_once"),
    ],
)
def test_a_lost_answer_ends_in_one_booking(link: SmallLink, kind: str, settings: dict[str, Any]) -> None:
    """INV-1, INV-2, INV-4."""
    strike(link, kind, **settings)
    outcome = link.night()
    assert outcome.items == []
    assert outcome.numbers.difference_cents == 0
    link.pass_by(3600)
    assert [len(link.entries(number)) for number in (NUMBER, NUMBER + 1)] == [1, 1]
    assert link.night().numbers.sales_entries == 0


def test_what_was_never_sent_is_repeated_in_place(link: SmallLink) -> None:
    """FR-B1."""
    tonight = link.opened()
    link.wire.fails_to_connect = 2
    assert tonight.exact.post(ENTRIES, {}).status is not None
    link.night()
    assert len(link.entries(NUMBER)) == 1


def test_an_exact_that_is_away_ends_the_night_bounded_and_the_next_one_catches_up(link: SmallLink) -> None:
    """FR-B1, FR-B11."""
    link.wire.fails_to_connect = 1000
    with pytest.raises(Unreachable, match="nothing was sent"):
        link.night()
    assert link.wire.fails_to_connect > 990
    link.wire.fails_to_connect = 0
    assert link.night().items == []


@pytest.mark.parametrize("status", [400, 500])
def test_an_error_with_words_is_a_rejection_that_is_not_sent_again(link: SmallLink, status: int) -> None:
    """FR-B9, FR-B20, INV-14: words nobody knows are kept whole."""
    strike(link, "status", status=status, body=json.dumps(MESSAGE))
    (item,) = link.night().items
    assert (item.source_key, item.state, item.reason) == (KEY, "rejected", "rejected_other")
    assert item.exact_message == "Dit kan vandaag niet"
    assert [len(link.entries(number)) for number in (NUMBER, NUMBER + 1)] == [0, 1]
    assert [call.status for call in link.world.log if call.endpoint == ENTRIES] == [status, 201]


def test_a_rejection_is_tried_once_more_the_next_night(link: SmallLink) -> None:
    """M21, INV-14: a new version, one rejection in the history."""
    strike(link, "status", status=500, body=json.dumps(MESSAGE))
    link.night()
    assert link.night().items == []
    assert len(link.entries(NUMBER)) == 1


def test_403_stops_the_practice_and_leaves_the_booking_planned(link: SmallLink) -> None:
    """FR-C10, INV-11."""
    link.world.faults.add("status", endpoint=ENTRIES, method="POST", status=403, times=None)
    with pytest.raises(AccessDenied):
        link.night()
    assert link.states()[KEY] == "planned"
    assert [call.status for call in link.world.log if call.endpoint == ENTRIES] == [403]
    link.until_at_rest()
    assert len(link.entries(NUMBER)) == 1


def test_a_401_that_stays_stops_the_practice_after_one_repetition(link: SmallLink) -> None:
    """FR-C6."""
    link.world.faults.add("status", endpoint=ENTRIES, method="POST", status=401, times=None)
    with pytest.raises(AccessDenied):
        link.night()
    assert [call.status for call in link.world.log if call.endpoint == ENTRIES] == [401, 401]
    assert link.states()[KEY] == "planned"


def test_a_full_minute_is_waited_for_without_losing_a_booking(link: SmallLink) -> None:
    """FR-B5."""
    opens = int(link.clock.now().timestamp() // 60 + 1) * 60_000
    full = {
        "X-RateLimit-Minutely-Limit": "60",
        "X-RateLimit-Minutely-Remaining": "0",
        "X-RateLimit-Minutely-Reset": str(opens),
    }
    strike(link, "status", status=429, headers=full)
    began = link.clock.now()
    assert link.night().items == []
    assert 0 < (link.clock.now() - began).total_seconds() < 65
    assert len(link.entries(NUMBER)) == 1


def test_a_minute_that_is_full_for_ever_ends_the_run_with_a_sentence(link: SmallLink) -> None:
    """FR-B5: each return waits a minute; after a bound the run ends, and the next one goes on."""

    def full() -> None:
        opens = str(int(link.clock.now().timestamp() // 60 + 1) * 60_000)
        headers = {"X-RateLimit-Minutely-Remaining": "0", "X-RateLimit-Minutely-Reset": opens}
        link.world.faults.add(
            "status", endpoint=ENTRIES, method="POST", status=429,
            headers={"X-RateLimit-Minutely-Limit": "60", **headers},
        )  # fmt: skip

    tonight, batch = at_the_load(link)

    def come_back() -> None:
        for _ in range(60):
            full()
            with suppress(WaitForWindow):
                steps.load(tonight, batch)
            link.pass_by(60)

    with pytest.raises(DayIsFull, match="geen oproepen aan"):
        come_back()
    assert link.states()[KEY] == "planned"
    link.pass_by(3700)
    assert link.until_at_rest().items == []


def test_a_429_that_does_not_say_why_is_never_waited_for_too_long(link: SmallLink) -> None:
    """FR-B6: no headers, and a reset in the past."""
    strike(link, "status", status=429, headers={"X-RateLimit-Minutely-Reset": "1"})
    began = link.clock.now()
    try:
        link.night()
    except DayIsFull:
        link.pass_by(3700)
        link.night()
    assert len(link.entries(NUMBER)) == 1
    assert (link.clock.now() - began).total_seconds() < 3 * 3600


def test_a_full_day_ends_the_night_unfinished_and_the_next_one_goes_on(link: SmallLink) -> None:
    """FR-B7."""
    link.world.limits.calls_per_day = 13
    with pytest.raises(DayIsFull):
        link.night()
    assert set(link.states().values()) & {"sending", "doubtful"} == set()
    link.world.limits.calls_per_day = 5000
    link.pass_by(24 * 3600)
    assert link.night().items == []


def test_an_invoice_that_exact_never_answers_for_keeps_no_other_waiting(link: SmallLink) -> None:
    """INV-10, INV-11: sent a few times, then left for the next night."""
    strike(link, "status", status=504, times=None)
    with pytest.raises(Unreachable, match=KEY):
        link.night()
    assert link.states()["factuur:2600002"] == "booked"
    assert sum(call.endpoint == ENTRIES and call.status == 504 for call in link.world.log) == 3
    link.until_at_rest()
    assert len(link.entries(NUMBER)) == 1


def test_a_night_whose_look_ups_fail_leaves_the_booking_doubtful(link: SmallLink) -> None:
    """FR-B17."""
    strike(link, "drop_after_commit")
    link.world.faults.add("status", endpoint=ENTRIES, method="GET", status=503, times=None)
    with pytest.raises(LinkFailure):
        link.night()
    assert link.states()[KEY] == "doubtful"
    link.until_at_rest()
    assert len(link.entries(NUMBER)) == 1


def test_a_look_up_that_exact_rejects_keeps_nobody_else_waiting(link: SmallLink) -> None:
    """FR-B17: whatever is the matter with this one question, the other invoices are booked."""
    strike(link, "drop_after_commit")
    words = '{"error":{"message":{"value":"Ongeldige vraag"}}}'
    link.world.faults.add("status", endpoint=ENTRIES, method="GET", status=400, body=words, times=None)
    for night in range(2):
        link.james.invoice(NUMBER + 2 + night, "1001")
        with pytest.raises(Unreachable, match=KEY):
            link.night()
        assert {key for key, state in link.states().items() if state != "booked"} == {KEY}
        link.pass_by(3700)
    link.until_at_rest()
    assert len(link.entries(NUMBER)) == 1


def test_an_exact_that_reads_our_amounts_otherwise_gets_one_entry_and_no_more(small_place: Place) -> None:
    """Nobody says whether the amount of a sales line under an including VAT code has its VAT
    inside: a wrong guess costs one entry.
    """
    including = replace(
        practice("de_brug"), james_practice_code=PRACTICE.james_practice_code, professions={PROFESSION: 8300}
    )
    link = SmallLink(small_place, including)
    link.james.debtor("1001")
    for number in (NUMBER, NUMBER + 1):
        link.james.invoice(number, "1001", (12_100, 21, "tariff"))
    link.world.switches.set("vat_including_sales_lines", "net")
    with pytest.raises(
        NotReady, match=r"Exact boekte factuur 2600001 voor 142,00 euro in plaats van 121,00 euro"
    ):
        link.night()
    assert link.states() == {**link.states(), KEY: "booked", f"factuur:{NUMBER + 1}": "planned"}
    assert link.writes(ENTRIES) == 1
    link.die()

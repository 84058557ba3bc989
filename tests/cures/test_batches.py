"""A task sends its batches one after the other; each of them is worked off once in a pass."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowRescheduleException

from exact_online.failures import ExactUnreachable, NeedsPerson, WaitForWindow
from exact_online.night import steps
from exact_online.stops import Stop
from exact_online.tasks import loading
from tests.cures.walk import ORDER, Walk
from tests.link.small import SmallLink

ENTRIES = "salesentry/SalesEntries"
NUMBERS = (2600001, 2600002, 2600003, 2600004)


@pytest.fixture
def walk(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> Walk:
    """Four invoices, each a batch of its own; Exact rejects the first and the third."""
    monkeypatch.setitem(steps._batches.__kwdefaults__, "size", 1)
    walk.link.james.debtor("1001")
    for number in NUMBERS:
        walk.link.james.invoice(number, "1001")
    for number, words in ((2600001, "Dit gaat niet"), (2600003, "Dat gaat niet")):
        body = json.dumps({"error": {"message": {"value": words}}})
        walk.link.world.faults.add(
            "status",
            endpoint=ENTRIES,
            method="POST",
            containing=str(number),
            times=None,
            status=500,
            body=body,
        )
    for task in ("prepare", "load_debtors"):
        walk.step(task)
    return walk


def posts(link: SmallLink) -> list[int]:
    """How often each invoice was sent."""
    rows = link.ledger.conn.execute(
        "select b.source_key, count(*) as sent from booking_history as h join booking as b using (booking_id)"
        " where h.to_state = 'sending' group by b.source_key"
    ).fetchall()
    sent = {row["source_key"]: row["sent"] for row in rows}
    return [sent.get(f"factuur:{number}", 0) for number in NUMBERS]


def failing(monkeypatch: pytest.MonkeyPatch, at: int, failure: Exception) -> None:
    """The batch at this place fails, once."""
    real, places = steps.load, iter(range(100))

    def load(night: Any, batch: Any) -> Any:
        if next(places) == at:
            raise failure
        return real(night, batch)

    monkeypatch.setattr(steps, "load", load)


def send(walk: Walk, ti: Any = None) -> None:
    """One try of the task."""
    loading.load(walk.link.practice.code, walk.dag_run, "load_entries", ti)


def causes(walk: Walk) -> list[str]:
    return [line for line in walk.lines["load_entries"] if line.startswith("Exact weigert")]


BOTH = ["Exact weigert 2600003: Dat gaat niet.", "Exact weigert 2600001: Dit gaat niet."]


def test_a_batch_with_a_rejection_keeps_the_next_from_nothing(walk: Walk) -> None:
    """FR-D4, INV-10: the task fails at its end, with all causes."""
    walk.step("load_entries")
    assert walk.ended["load_entries"] == "failed"
    assert causes(walk) == BOTH
    assert "Verkoopboekingen 2-2: 1 van 1 geboekt." in walk.lines["load_entries"]
    assert walk.lines["load_entries"][-1].startswith(
        "2 records wachten. Daarna: wis (Clear) taak load_entries"
    )
    assert [walk.link.states()[f"factuur:{number}"] for number in NUMBERS] == ["rejected", "booked"] * 2


def test_after_a_wait_a_task_goes_on_with_the_batch_that_waited(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FR-B10: nothing that Exact rejected is sent once more; its cause is not lost."""
    until = walk.link.clock.now() + dt.timedelta(minutes=1)
    failing(monkeypatch, 3, WaitForWindow(Stop.MINUTE_FULL, until, division=1, limit="60"))
    with pytest.raises(AirflowRescheduleException):
        send(walk)
    assert posts(walk.link) == [1, 1, 1, 0]
    walk.step("load_entries")
    assert posts(walk.link) == [1, 1, 1, 1]
    assert causes(walk) == BOTH
    walk.clear("load_entries")
    assert posts(walk.link) == [2, 1, 2, 1], "a person's word to send what was rejected once more"


def test_a_batch_that_fails_is_the_only_one_that_is_tried_again(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FR-B10: the others went on, and the retry comes to what they were rejected for."""
    failing(monkeypatch, 1, ExactUnreachable("Exact gives no answer"))
    with pytest.raises(ExactUnreachable):
        send(walk)
    assert posts(walk.link) == [1, 0, 1, 1]
    walk.step("load_entries")
    assert posts(walk.link) == [1, 1, 1, 1]
    assert causes(walk) == BOTH


def test_who_clears_a_task_that_is_tried_no_more_begins_a_new_pass(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, 1, ExactUnreachable("Exact gives no answer"))
    with pytest.raises(ExactUnreachable):
        send(walk, SimpleNamespace(try_number=5, max_tries=4, map_index=-1))
    walk.link.world.faults.clear()
    walk.step("load_entries")
    assert walk.ended["load_entries"] == "success"
    assert posts(walk.link) == [2, 1, 2, 1]


def test_a_task_that_sends_for_long_goes_on_in_a_new_process(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FR-E10: it is not taken for one that hangs."""
    real = steps.load

    def slow(night: Any, batch: Any) -> Any:
        walk.link.world.clock.advance(seconds=loading.LONGEST.total_seconds() * 0.6)
        return real(night, batch)

    monkeypatch.setattr(steps, "load", slow)
    with pytest.raises(AirflowRescheduleException):
        send(walk)
    assert posts(walk.link) == [1, 1, 0, 0]
    with pytest.raises(NeedsPerson):
        send(walk)
    assert posts(walk.link) == [1, 1, 1, 1]


def test_a_batch_that_was_not_sent_keeps_the_night_from_being_complete(walk: Walk) -> None:
    """FR-D5: as when a person marks a task that failed as success."""
    for task in ORDER:
        if task == "load_entries":
            walk.ended[task] = "success"
        else:
            walk.step(task)
    assert walk.red == set()
    assert "check_done" not in walk.left_out
    assert walk.announced == []
    walk.link.world.faults.clear()
    walk.clear("load_entries")
    assert "check_done" in walk.left_out
    assert [extra["booked"] for extra in walk.announced] == [4]

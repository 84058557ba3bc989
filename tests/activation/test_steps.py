"""How far a practice is, and how long a first-sync date takes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from exact_online.activation.first_sync import nights_for
from exact_online.activation.steps import can_switch_on, expires_on, steps
from exact_online.ledger.activation import ActivationState

DAY = dt.date(2026, 11, 22)
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
ADDED = ActivationState(
    active=False,
    is_linked=False,
    division=None,
    division_name=None,
    link_date=DAY,
    first_sync_date=DAY,
    backfill="nothing",
    link_state=None,
    renewed_at=None,
    exact_user_name=None,
    has_consent=False,
    settings_version=None,
    first_sync_date_set_at=None,
    had_night=False,
    has_lists=False,
)
WITH_SETTINGS = replace(ADDED, settings_version=1)
LINKED = replace(WITH_SETTINGS, is_linked=True, link_state="live")
READY = replace(LINKED, first_sync_date_set_at=NOW)


@pytest.mark.parametrize(
    ("state", "problems", "expected"),
    [
        (ADDED, None, "done now later later later later"),
        (WITH_SETTINGS, None, "done done now later later later"),
        (LINKED, None, "done done done now later later"),
        (LINKED, ["journal"], "done done done blocked later later"),
        (READY, [], "done done done done done now"),
        (replace(READY, active=True), [], "done done done done done done"),
        (
            replace(READY, active=True, link_state="reconnect_needed"),
            [],
            "done done blocked done done later",
        ),
    ],
)
def test_the_next_step_is_the_first_that_is_not_done(
    state: ActivationState, problems: list[str] | None, expected: str
) -> None:
    assert " ".join(step.state for step in steps(state, problems)) == expected


def test_it_can_be_switched_on_when_all_before_is_done() -> None:
    assert can_switch_on(steps(READY, []))
    for state, problems in ((READY, ["journal"]), (READY, None), (LINKED, []), (ADDED, None)):
        assert not can_switch_on(steps(state, problems))


def test_a_link_that_no_night_uses_ends_after_thirty_days() -> None:
    assert expires_on(NOW) == dt.date(2026, 12, 21)
    assert expires_on(None) is None


@pytest.mark.parametrize(
    ("first", "history", "nights"),
    [(0, 0, 1), (5_000, 0, 1), (5_001, 0, 2), (1_000, 3_000, 1), (1_000, 3_001, 2), (5_000, 8_000, 3)],
)
def test_history_leaves_each_night_its_reserve(first: int, history: int, nights: int) -> None:
    assert nights_for(first, history) == nights

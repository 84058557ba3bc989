"""The windows of a division, computed from headers that may be missing, late or nonsense."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from exact_online.api import limits
from exact_online.api.limits import MAX_MINUTE_429S, Heard, Limits, Windows

NOW = dt.datetime(2026, 3, 2, 1, 10, 30, tzinfo=dt.UTC)
MINUTE_END = NOW.replace(minute=11, second=0)
DAY_END = dt.datetime(2026, 3, 3, tzinfo=dt.UTC)


def family(name: str, limit: object, left: object, reset: object) -> dict[str, str]:
    return {f"{name}Limit": str(limit), f"{name}Remaining": str(left), f"{name}Reset": str(reset)}


def milliseconds(moment: dt.datetime) -> int:
    return int(moment.timestamp() * 1000)


def read(headers: dict[str, str]) -> Limits:
    return limits.limits_from(CaseInsensitiveDict(headers), NOW)


def test_both_families_are_read_in_epoch_milliseconds() -> None:
    said = read(
        family("X-RateLimit-Minutely-", 60, 59, milliseconds(MINUTE_END))
        | family("x-ratelimit-", 5000, 4000, milliseconds(DAY_END))
    )
    assert said == Limits(Heard(60, 59, MINUTE_END), Heard(5000, 4000, DAY_END))
    assert said.day is not None
    assert said.day.used == 1000


def test_seconds_are_not_taken_for_milliseconds() -> None:
    """FR-B6."""
    assert read(family("X-RateLimit-Minutely-", 60, 1, int(MINUTE_END.timestamp()))).minute == Heard(
        60, 1, MINUTE_END
    )


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-RateLimit-Minutely-Limit": "60"},
        family("X-RateLimit-Minutely-", "many", "few", "soon"),
        family("X-RateLimit-Minutely-", 60, 61, milliseconds(MINUTE_END)),
        family("X-RateLimit-Minutely-", 0, 0, milliseconds(MINUTE_END)),
        family("X-RateLimit-Minutely-", 60, -1, milliseconds(MINUTE_END)),
        family("X-RateLimit-Minutely-", 60, 1, milliseconds(NOW + dt.timedelta(hours=1))),
        family("X-RateLimit-Minutely-", 60, 1, milliseconds(NOW - dt.timedelta(hours=1))),
        family("X-RateLimit-Minutely-", 60, 1, "9" * 19),
        family("X-RateLimit-Minutely-", "9" * 5000, 1, "١٢٣"),
    ],
    ids=[
        "none",
        "one",
        "words",
        "more left than there are",
        "limit 0",
        "negative",
        "far ahead",
        "long past",
        "overflow",
        "huge",
    ],
)
def test_what_can_not_be_true_counts_as_not_sent(headers: dict[str, str]) -> None:
    """FR-B6."""
    assert read(headers).minute is None


@given(
    st.dictionaries(
        st.sampled_from(
            [
                f"{f}{p}"
                for f in ("X-RateLimit-", "X-RateLimit-Minutely-")
                for p in ("Limit", "Remaining", "Reset")
            ]
        ),
        st.text(),
    )
)
def test_no_header_can_break_the_reading(headers: dict[str, str]) -> None:
    read(headers)


def test_without_a_word_of_exact_sixty_a_minute_and_five_thousand_a_day_are_assumed() -> None:
    fresh = Windows.fresh(NOW)
    assert (fresh.minute.until, fresh.minute.left()) == (MINUTE_END, 60)
    assert (fresh.day.until, fresh.day.left()) == (DAY_END, 5000)


def test_a_call_that_exact_has_not_counted_yet_stays_counted() -> None:
    two_taken = Windows.fresh(NOW).take().take()
    assert two_taken.adopt(Limits(Heard(60, 59, MINUTE_END)), NOW).minute.used == 2


def test_calls_that_others_made_are_counted() -> None:
    assert Windows.fresh(NOW).take().adopt(Limits(Heard(100, 40, MINUTE_END)), NOW).minute.left() == 40


def test_exacts_next_minute_begins_with_exacts_count() -> None:
    used_up = Windows.fresh(NOW).minute_full(None, NOW)
    following = MINUTE_END + dt.timedelta(minutes=1)
    assert used_up.adopt(Limits(Heard(60, 59, following)), NOW).minute.left() == 59


def test_an_answer_from_a_minute_that_is_over_changes_no_count() -> None:
    window = Windows.fresh(NOW).take()
    late = MINUTE_END + dt.timedelta(seconds=1)
    assert window.at(late).adopt(Limits(Heard(60, 0, MINUTE_END)), late).minute.used == 0


def test_a_window_opens_again_at_its_end_and_not_before() -> None:
    full = Windows.fresh(NOW).minute_full(None, NOW)
    assert full.at(MINUTE_END - dt.timedelta(milliseconds=1)).minute.left() == 0
    assert full.at(MINUTE_END).minute.left() == 60


@pytest.mark.parametrize(
    "until", [None, NOW - dt.timedelta(seconds=1), NOW + dt.timedelta(days=1)], ids=["none", "past", "absurd"]
)
def test_a_full_minute_without_a_usable_end_ends_with_the_clocks_minute(until: dt.datetime | None) -> None:
    """FR-B6: never negative, never a thousand times too long."""
    assert Windows.fresh(NOW).minute_full(until, NOW).minute.until == MINUTE_END


def test_a_second_unexplained_429_is_taken_for_the_hours_block() -> None:
    """FR-B8."""
    once = Windows.fresh(NOW).blind_429(NOW)
    assert (once.minute.left(), once.blocked_until) == (0, None)
    assert once.at(MINUTE_END).blind_429(MINUTE_END).blocked_until == MINUTE_END + dt.timedelta(hours=1)


def test_any_answer_between_two_unexplained_429s_clears_the_suspicion() -> None:
    once = Windows.fresh(NOW).blind_429(NOW).adopt(Limits(), NOW)
    assert once.blind_429(NOW).blocked_until is None


@given(st.integers(-50, 50), st.integers(0, 59_999), st.integers(0, 3_000))
def test_a_clock_that_is_wrong_is_corrected_so_that_the_minute_fits(
    wrong_seconds: int, into_minute_ms: int, answer_ms: int
) -> None:
    """The corrected moment of the answer lies in the minute that Exact says it was made in."""
    made_at = NOW.replace(second=0) + dt.timedelta(milliseconds=into_minute_ms)
    received = made_at + dt.timedelta(seconds=wrong_seconds)
    sent = received - dt.timedelta(milliseconds=answer_ms)
    error = limits.clock_error(Heard(60, 59, MINUTE_END), sent, received, dt.timedelta(0))
    assert sent + error < MINUTE_END <= received + error + dt.timedelta(minutes=1)
    assert abs(error) <= dt.timedelta(seconds=abs(wrong_seconds))


def test_a_clock_that_is_right_is_left_alone() -> None:
    assert limits.clock_error(Heard(60, 59, MINUTE_END), NOW, NOW, dt.timedelta(0)) == dt.timedelta(0)


def test_a_minute_that_stays_full_blocks_after_a_bound() -> None:
    """FR-B5: so that no task comes back for ever."""
    windows, now = Windows.fresh(NOW), NOW
    for _ in range(MAX_MINUTE_429S - 1):
        windows = windows.minute_full(None, now)
        now += dt.timedelta(minutes=1)
    assert windows.blocked_until is None
    assert windows.minute_full(None, now).blocked_until == now + dt.timedelta(hours=1)
    assert windows.adopt(Limits(), now).minute_full(None, now).blocked_until is None

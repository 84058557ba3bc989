"""A night whose first task did not succeed has failed, by what stopped it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exact_online.failures import LinkFailure, NeedsPerson
from exact_online.tasks import preparing
from tests.cures.walk import PARAMS, Walk
from tests.link.small import SmallLink


def a_journal_is_blocked(link: SmallLink) -> None:
    (journal,) = [row for row in link.division["Journals"] if row["Code"].strip() == "70"]
    journal["IsBlocked"] = True


def the_practice_is_stopped(link: SmallLink) -> None:
    link.ledger.conn.execute("""update practice set stopped_at = now(), stop_values = '{"number": "1"}'""")


def the_settings_are_no_use(link: SmallLink) -> None:
    link.ledger.conn.execute(
        "insert into settings_version (practice, version, settings, changed_by) "
        "select practice, version + 1, settings - 'sales_journal', 'test' from settings_version"
    )


def exact_is_down(link: SmallLink) -> None:
    link.world.faults.add("drop_before", times=None)


STOPS: list[tuple[Callable[[SmallLink], None], str, str]] = [
    (a_journal_is_blocked, "journal_blocked", "nacht"),
    (the_practice_is_stopped, "practice_stopped", "praktijk"),
    (the_settings_are_no_use, "settings_unusable", "nacht"),
    (exact_is_down, "exact_unreachable", "nacht"),
]
"""What breaks, the code of it, and whether it is open of the night or of the whole practice."""


def begin(walk: Walk) -> None:
    """The first task, which fails, and those that run whatever happened."""
    try:
        preparing.prepare(walk.link.practice.code, walk.dag_run, PARAMS)
    except (NeedsPerson, LinkFailure):
        walk.step("report")
    else:
        pytest.fail("it opened")


@pytest.mark.parametrize(("breaks", "code", "whose"), STOPS)
def test_it_is_open_by_what_stopped_it(
    walk: Walk, breaks: Callable[[SmallLink], None], code: str, whose: str
) -> None:
    ledger = walk.link.ledger
    breaks(walk.link)
    begin(walk)
    assert walk.ended["report"] == "skipped"
    (night,) = ledger.practice_pages.nights(walk.link.practice.code)
    assert (night.outcome, night.reason) == ("failed", code)
    (item,) = ledger.conn.execute("select reason, subject from v_open_items").fetchall()
    assert item["reason"] == code
    assert item["subject"].startswith("nacht:" if whose == "nacht" else walk.link.practice.code)

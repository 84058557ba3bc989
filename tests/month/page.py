"""docs/month.md: what happened in the month, the lines that support saw, and what people did.

`python -m tests.month` walks the month and writes the page; a test keeps it equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.month.month import DayLog

PAGE = Path(__file__).parents[2] / "docs" / "month.md"
HEAD = """# A month of one practice

For support engineers: what a task's log says, and what ended it. Made by `python -m tests.month`
from a run of the real tasks against the simulator (tests/month/script.py has the events); don't
edit it by hand. The runbook explains the acts ([runbook.md](runbook.md)).

Of each day: what happened before the night, each red task with its lines, what people did in the
morning, which task they cleared, and the last line of the night's task `report`. A day on which
nobody had to do anything shows that last line alone.
"""
SINCE = re.compile(r"(?<=sinds )(\d\d-\d\d-\d{4}|\d{4}-\d\d-\d\d)")
"""What is new tonight is so since tonight; the ledger's own clock is not that of the month."""


def page(days: list[DayLog]) -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *(line for day in days for line in _day(day))])


def _day(day: DayLog) -> Iterator[str]:
    yield f"## Night {day.day}: {day.book_day:%d-%m-%Y}\n"
    yield from (f"- {words}." for words in day.events)
    yield "" if day.events else "- Nothing but the night.\n"
    if day.red:
        lines = [f"{task}: {line}" if place == 0 else f"  {line}" for task, told in day.red for place, line in enumerate(told)]
        yield from _block([SINCE.sub(f"{day.book_day:%d-%m-%Y}", line) for line in lines])
    yield from _block([day.last_line])
    if day.acts:
        yield "In the morning:\n"
        yield from (f"- {words}." for words in day.acts)
        yield from (f"- Support clears `{task}`." for task, _ in day.cleared)
        yield ""
    if day.cleared:
        yield from _block([day.cleared[-1][1]])


def _block(lines: list[str]) -> Iterator[str]:
    yield "```"
    yield from lines
    yield "```\n"

"""docs/month.md: what happened in the month, the lines that support saw, and what people did.

`python -m tests.month` walks the month and writes the page; a test keeps it equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import fill

from tests.month.month import DayLog

PAGE = Path(__file__).parents[2] / "docs" / "month.md"
HEAD = """# A month of one practice

For support engineers: what a task's log says, and what ended it. Made by `python -m tests.month`
from a run of the real tasks against the simulator; the events are in tests/month/first_half.py and
second_half.py. Don't edit it by hand. The runbook explains the acts ([runbook.md](runbook.md)).

Of each day: what happened before the night, each red task with its lines, what people did in the
morning, which task they cleared, and the last line of the night's task `report`. A day on which
nobody had to do anything shows that last line alone.
"""
SINCE = re.compile(r"(?<=sinds )(\d\d-\d\d-\d{4}|\d{4}-\d\d-\d\d)")
"""What is new tonight is so since tonight; the ledger's own clock is not that of the month."""
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SKIPPED = "(report is skipped: the night was not opened)"


def page(days: list[DayLog]) -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *(line for day in days for line in _day(day))])


def _day(day: DayLog) -> Iterator[str]:
    yield f"## Night {day.day}: {day.book_day:%d-%m-%Y}\n"
    yield from _list(day.events)
    if day.red:
        yield from _block([line for task, lines in day.red for line in _told(day, task, lines)])
    yield from _block([day.last_line or SKIPPED])
    if day.acts:
        yield "In the morning:\n"
        yield from _list([*day.acts, *(f"Support clears `{task}`" for task, _ in day.cleared)])
    if day.cleared:
        yield from _block([day.cleared[-1][1]])


def _told(day: DayLog, task: str, lines: list[str]) -> Iterator[str]:
    """The lines of a task, its name above them."""
    yield f"{task}:"
    for line in lines:
        yield "  " + ID.sub("(id)", SINCE.sub(f"{day.book_day:%d-%m-%Y}", line))


def _list(sentences: list[str]) -> Iterator[str]:
    for sentence in sentences:
        yield fill(f"- {sentence}.", 98, subsequent_indent="  ")
    yield ""


def _block(lines: list[str]) -> Iterator[str]:
    yield "```"
    yield from lines
    yield "```\n"

"""The page docs/reasons.md: all reasons and stops with their sentences and cures.

``python -m exact_online.reasons > docs/reasons.md`` makes it.
"""

from __future__ import annotations

import textwrap

from exact_online.lacks import Lack
from exact_online.reason_codes import Reason
from exact_online.reasons import CURERS, CatalogueEntry, catalogue, lacks, stops
from exact_online.stops import Stop

STOPS_HEAD = (
    "\n# Why a task stops and waits for a person\n\n"
    "What follows is about a practice, a connection, a database or the app.\n"
    "The task that is red is the one to clear, unless another is named.\n"
)
LACKS_HEAD = (
    "\n# What was found of a requirement\n\n"
    "What follows stands on the page of a practice's requirements and stops no night.\n"
)


def reasons_page() -> str:
    """Return the content of docs/reasons.md."""
    head = (
        "# Reasons\n\n"
        "Generated from `reasons.toml`, `stops.toml` and `lacks.toml` in `plugins/exact_online/`\n"
        "by `python -m exact_online.reasons > docs/reasons.md`; do not edit.\n\n"
        "Words in braces are the record's own values. "
        "A rejected record is tried again once its cause\n"
        "is gone; nothing has to be booked by hand (M21).\n"
    )
    records = "".join(_section(reason, entry) for reason, entry in catalogue().items())
    stopped = "".join(_section(stop, entry) for stop, entry in stops().items())
    lacking = "".join(_section(lack, entry) for lack, entry in lacks().items())
    return f"{head}{records}{STOPS_HEAD}{stopped}{LACKS_HEAD}{lacking}"


def _section(reason: Reason | Stop | Lack, entry: CatalogueEntry) -> str:
    known_by = "".join(_wrapped("- ", f"Exact's message: `{pattern}`") for pattern in entry.patterns)
    rejected_by_exact = ""
    if entry.dutch_of_exact:
        sentences = _quoted(entry.dutch_of_exact, entry.english_of_exact)
        rejected_by_exact = f"When Exact rejects it:\n{sentences}\n"
    where = f"{CURERS['en'][entry.cure]}, {entry.where_en} (*{entry.where_nl}*)"
    sentences = _quoted(entry.dutch, entry.english)
    task = f"- Clear: task `{entry.task}`\n" if entry.task else ""
    cure = _wrapped("- ", f"Cure: {where}")
    return f"\n## {reason}\n{sentences}\n{rejected_by_exact}{cure}{task}{known_by}"


def _quoted(dutch: str, english: str) -> str:
    return f"{_wrapped('> ', dutch)}>\n{_wrapped('> ', english)}"


def _wrapped(mark: str, sentence: str) -> str:
    following = mark if mark == "> " else " " * len(mark)
    lines = textwrap.wrap(
        sentence, 100, initial_indent=mark, subsequent_indent=following,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return "\n".join(lines) + "\n"

"""The page docs/reasons.md: all reasons and stops with their sentences and cures.

``python -m exact_online.reasons > docs/reasons.md`` makes it.
"""

from __future__ import annotations

import textwrap

from exact_online.reasons import CURERS, CatalogueEntry, Reason, catalogue, stops
from exact_online.stops import Stop

STOPS_HEAD = (
    "\n# Why a task stops and waits for a person\n\n"
    "What follows is about a practice, a connection, a database or the app.\n"
    "The task that is red is the one to clear, unless another is named.\n"
)


def reasons_page() -> str:
    """Return the content of docs/reasons.md."""
    head = (
        "# Reasons\n\n"
        "Generated from `reasons.toml` and `stops.toml` in `plugins/exact_online/`\n"
        "by `python -m exact_online.reasons > docs/reasons.md`; do not edit.\n\n"
        "Words in braces are the record's own values. "
        "A rejected record is tried again once its cause\n"
        "is gone; nothing has to be booked by hand (M21).\n"
    )
    records = "".join(_section(reason, entry) for reason, entry in catalogue().items())
    return f"{head}{records}{STOPS_HEAD}{''.join(_section(stop, entry) for stop, entry in stops().items())}"


def _section(reason: Reason | Stop, entry: CatalogueEntry) -> str:
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

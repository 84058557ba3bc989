"""Which reason a message of Exact stands for: by the patterns of reasons.toml. Pure."""

from __future__ import annotations

import re
from functools import cache

from exact_online.reason_codes import Reason
from exact_online.reasons import catalogue


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Reason], ...]:
    return tuple(
        (re.compile(pattern, re.IGNORECASE), reason)
        for reason, entry in catalogue().items()
        for pattern in entry.patterns
    )


def reason_of_message(message: str) -> Reason:
    """Return the reason of a message of Exact, Dutch or English; else `rejected_other`.

    Exact joins several messages by line breaks: the first line that matches a pattern decides.
    """
    for line in message.splitlines():
        for pattern, reason in _patterns():
            if pattern.search(line):
                return reason
    return Reason.REJECTED_OTHER

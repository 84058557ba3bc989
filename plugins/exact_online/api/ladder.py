"""Ways to read the same thing, the quickest first: a server that speaks Exact's API may lack ``sync`` or ``bulk``."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from exact_online.api.client import NotServed, QuestionRefused

T = TypeVar("T")

log = logging.getLogger(__name__)


def first_served(*ways: Callable[[], T]) -> T:
    """The result of the first way that this server serves; what the last one raises is raised.

    A way must have read everything when it returns: one that fails in the middle has given nothing.
    """
    for way in ways[:-1]:
        try:
            return way()
        except (NotServed, QuestionRefused) as refusal:
            log.info("Not served here, so read another way: %s", refusal)
    return ways[-1]()

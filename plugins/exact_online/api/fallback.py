"""Several ways to read the same thing, the quickest first:
a server may lack Exact's ``sync`` or ``bulk``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from exact_online.failures import NotServed, QueryRejected

T = TypeVar("T")

log = logging.getLogger(__name__)


def first_supported(*ways: Callable[[], T]) -> T:
    """Return the result of the first way that this server supports;
    what the last one raises is raised.

    A way must have read everything when it returns: one that fails in the middle has given nothing.
    """
    for way in ways[:-1]:
        try:
            return way()
        except (NotServed, QueryRejected) as problem:
            log.info("Not served here, so read another way: %s", problem)
    return ways[-1]()

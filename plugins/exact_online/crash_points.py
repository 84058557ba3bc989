"""Named places where a crash is interesting: on both sides of every commit and every call.

They are reached where every statement that writes is run (ledger/session.py) and where every call goes out
(api/client.py, api/oauth.py), so that no act of the loader is without. In production `crash_point` does
nothing. The fault tests set a function that dies there.
"""

from __future__ import annotations

from collections.abc import Callable

_on_reach: Callable[[str], None] | None = None


def crash_point(name: str) -> None:
    """Mark that the work has reached this place."""
    if _on_reach is not None:
        _on_reach(name)


def watch_crash_points(on_reach: Callable[[str], None] | None) -> None:
    """Call `on_reach` with each name reached in this process; None stops it. For tests only."""
    global _on_reach  # noqa: PLW0603 - one switch for the process is the point of it
    _on_reach = on_reach

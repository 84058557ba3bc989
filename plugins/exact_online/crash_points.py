"""Named places in the code, before and after every commit and every call, where tests let it crash.

They are reached where every statement that writes is run (ledger/session.py) and where every call
goes out (api/client.py, api/oauth.py), so that no act of the loader is without. In production
`crash_point` does nothing. The fault tests set a function that dies there.
"""

from __future__ import annotations

from collections.abc import Callable

_on_reach: Callable[[str], None] | None = None


def crash_point(name: str) -> None:
    """Mark a place; tests can do something when it is reached."""
    if _on_reach is not None:
        _on_reach(name)


def watch_crash_points(on_reach: Callable[[str], None] | None) -> None:
    """Call `on_reach` with the name of each place that this process reaches; None stops that.

    For tests only.
    """
    global _on_reach  # noqa: PLW0603 - it is one switch for the whole process
    _on_reach = on_reach

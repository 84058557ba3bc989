"""How a call that may be repeated is repeated: bounded, and on the clock that was handed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tenacity

from exact_online.clock import Clock


def retrying(
    clock: Clock,
    max_attempts: int,
    again: Callable[[Any], bool],
    wait_seconds: Callable[[tenacity.RetryCallState], float],
) -> tenacity.Retrying:
    """Return what calls a function again while `again` says so of its result;
    the last result counts.
    """
    return tenacity.Retrying(
        stop=tenacity.stop_after_attempt(max_attempts),
        wait=wait_seconds,
        retry=tenacity.retry_if_result(again),
        sleep=clock.sleep,
        retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
    )

"""When a practice's night begins."""

from __future__ import annotations

import hashlib

FIRST_MINUTE = 15
LAST_MINUTE = 115
"""Nights start between 00:15 and 01:55: after James' day is closed (M1), before the hour that daylight saving time takes or doubles."""


def start_minute(practice_code: str) -> int:
    """Minutes after midnight, spread over the practices and always the same for one."""
    digest = int.from_bytes(hashlib.sha256(practice_code.encode()).digest()[:8], "big")
    return FIRST_MINUTE + digest % (LAST_MINUTE - FIRST_MINUTE + 1)

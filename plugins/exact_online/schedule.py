"""Schedule, retries and names in Airflow, for the DAG files.

Every process of Airflow that reads a DAG file imports this module, so it imports little.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any
from urllib.parse import urlsplit

from exact_online.book_day import AMSTERDAM

POOL = "exact_online"
"""The pool of all our tasks (include/airflow/pools.json)."""
JAMES, LEDGER, EXACT = "james_db", "exact_sync_db", "exact_online"
"""The ids of the three connections (README.md, In production)."""
PAGES, PUBLIC_PAGES = "exact-online", "exact-online-links"
"""Where the pages of the link are in the api-server: those behind its login, and signed links."""
PROBE = "exact-online-health"
"""Where a monitor without a login asks whether the link works."""
SUPPORT_MAIL_VARIABLE = "EXACT_ONLINE_SUPPORT_MAIL"
"""The environment variable with the address of James Support; without it no mail is sent."""
START_NOTE_VARIABLE = "EXACT_ONLINE_START_NOTE"
"""The environment variable with a note above the list of practices: a heading, then steps."""

BOOKED_ASSET = "exact_online/booked"
"""Before a practice's code: the asset whose event says that a night of it is complete."""

TIMEZONE = AMSTERDAM.key
START = dt.datetime(2015, 1, 1, tzinfo=AMSTERDAM)
"""Long ago on purpose: a run whose date lies before it would turn green without running a task."""

RETRIES: dict[str, Any] = {
    "retries": 4,
    "retry_delay": dt.timedelta(minutes=2),
    "retry_exponential_backoff": True,
    "max_retry_delay": dt.timedelta(minutes=30),
}
"""For technical failures. A rejection and a wrong setting fail at once: a retry can't help
(tasks/outcomes.py)."""

TASK_TIMEOUT = dt.timedelta(hours=2)
"""A task that takes longer hangs: its batch takes minutes, and it does not sleep through a window.

The ledger keeps what it did; a booking that was under way is doubtful for the next try, which
reads Exact before it sends anything again."""
LONG_TASK_TIMEOUT = dt.timedelta(hours=8)
"""For the tasks that work off a whole history, or a whole night: the import, and the dry run."""
RUN_TIMEOUT = dt.timedelta(hours=22)
"""A run that takes longer fails, so that the next night's begins: one at a time per practice."""

DEADLINE = dt.time(7)
"""By then each night must have ended, in Amsterdam."""
MORNING = dt.time(7, 20)
"""When the watch looks, and mails its digest: after the nights and before office hours."""
FIRST_MINUTE = 15
LAST_MINUTE = 115
"""Nights start from 00:15 up to 01:55.

That is after the end of James' day (M1), and before the hour that the change to or from daylight
saving time skips or repeats.
"""


def start_minute(practice_code: str) -> int:
    """Return the minutes after midnight at which a practice's night starts.

    They are spread over the practices, and always the same for one practice.
    """
    digest = int.from_bytes(hashlib.sha256(practice_code.encode()).digest()[:8], "big")
    return FIRST_MINUTE + digest % (LAST_MINUTE - FIRST_MINUTE + 1)


def time_to_deadline(practice_code: str) -> dt.timedelta:
    """Return how long after its start a practice's night is late: a minute after `DEADLINE`."""
    return dt.timedelta(hours=DEADLINE.hour, minutes=DEADLINE.minute + 1 - start_minute(practice_code))


def booked_asset(practice_code: str) -> str:
    """Return the name of a practice's asset, and of its alias: exact_online/booked/CODE."""
    return f"{BOOKED_ASSET}/{practice_code}"


def pages_in_frame(base_url: str) -> str:
    """Return where Airflow's frame shows our pages, for its setting `[api] base_url`.

    The path of a proxy stands there twice: Airflow's frame opens what follows its name as the
    page's own address.
    """
    base = base_url.rstrip("/")
    return f"{base}/plugin/{PAGES}{urlsplit(base).path}/{PAGES}"

"""Keeps tokens and secrets out of the logs, whoever writes them (B7).

What is secret is announced the moment it is known; a filter on each handler then blots it out of
messages and tracebacks. In Airflow's tasks Airflow's own masker is told as well (see hook.py).

A process that stays, as the api-server, comes by new tokens for as long as it runs. The last 200
secrets are kept: what was rotated away may still be in a late error text, and what is used is
announced again each time. One pattern of all of them would be slower than the loop below: to
compile it for a new token costs 0.6 s, and a line of the log is cleaned in 15 us.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from urllib.parse import quote, quote_plus

BLOT = "***"
KEPT = 200
"""Secrets that a process keeps out of its logs, the ones that were announced last."""
_SHORTEST = 8
_lock = threading.Lock()
_secrets: dict[str, frozenset[str]] = {}
"""Secret -> how it may be written, plain and encoded for a URL; the latest one last."""
_written: tuple[str, ...] = ()
"""All of them, the longest first."""
_listeners: list[Callable[[str], None]] = []


def announce(*values: str) -> None:
    """Keep these texts out of the logs of this process, plain or encoded for a URL.

    For as long as they are among the `KEPT` that were announced last.
    """
    for value in values:
        if len(value) >= _SHORTEST and _keep(value):
            for tell in _listeners:
                tell(value)


def on_announce(tell: Callable[[str], None]) -> None:
    """Pass every secret on to another masker, those that are kept now included."""
    if tell not in _listeners:
        _listeners.append(tell)
    for value in tuple(_secrets):
        tell(value)


def blotted(text: str) -> str:
    """Return `text` without any secret that is kept."""
    for secret in _written:
        text = text.replace(secret, BLOT)
    return text


def _keep(value: str) -> bool:
    """Make `value` the latest secret; return whether it is a new one."""
    global _written  # noqa: PLW0603
    with _lock:
        known = _secrets.pop(value, None)
        _secrets[value] = known or frozenset({value, quote(value), quote(value, safe=""), quote_plus(value)})
        if known:
            return False
        while len(_secrets) > KEPT:
            del _secrets[next(iter(_secrets))]
        _written = tuple(sorted(frozenset().union(*_secrets.values()), key=len, reverse=True))
        return True


class BlotSecrets(logging.Filter):
    """Rewrites a record that holds a secret; lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; True always."""
        message = record.getMessage()
        if (clean := blotted(message)) != message:
            record.msg, record.args = clean, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = blotted(record.exc_text)
        return True


def protect(handlers: Iterable[logging.Handler] | None = None) -> None:
    """Put the filter on `handlers`, or on all of the root logger; once each."""
    for handler in logging.getLogger().handlers if handlers is None else handlers:
        if not any(isinstance(there, BlotSecrets) for there in handler.filters):
            handler.addFilter(BlotSecrets())

"""Keeps tokens and secrets out of the logs, whoever writes them (B7).

What is secret is announced the moment it is known; a filter on each handler then blots it out of
messages and tracebacks. In Airflow's tasks Airflow's own masker is told as well (see hook.py).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from urllib.parse import quote, quote_plus

BLOT = "***"
_SHORTEST = 8
_secrets: set[str] = set()
_listeners: list[Callable[[str], None]] = []


def announce(*values: str) -> None:
    """Keep these texts out of the logs of this process from now on, plain or encoded for a URL."""
    for value in values:
        if len(value) >= _SHORTEST and value not in _secrets:
            _secrets.update({value, quote(value), quote(value, safe=""), quote_plus(value)})
            for tell in _listeners:
                tell(value)


def on_announce(tell: Callable[[str], None]) -> None:
    """Pass every secret on to another masker, those announced so far included."""
    if tell not in _listeners:
        _listeners.append(tell)
        for value in tuple(_secrets):
            tell(value)


def blotted(text: str) -> str:
    """Return `text` without any announced secret."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, BLOT)
    return text


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

"""Signed links for who has no account with us (M6): an id and its signature.

The signature keeps guessed ids away from the ledger; whether a link may be used is what its row
says. Opening a link never spends it, because scanners of mail open it first: its consent does.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

from exact_online.activation.secret import hashed
from exact_online.ledger import Ledger
from exact_online.ledger.activation import ActivationLink

VALID_FOR = dt.timedelta(days=14)
SALT = "exact-online-activation-link"


@dataclass(frozen=True)
class Limit:
    """So many requests of one subject within a stretch of time."""

    requests: int
    stretch: dt.timedelta


PER_LINK = Limit(60, dt.timedelta(minutes=10))
PER_VISITOR = Limit(120, dt.timedelta(minutes=10))
"""Of one network address, which many people of an office may share."""
FRESH_LINKS = Limit(3, dt.timedelta(hours=24))
"""Mails to one address for one practice, asked for by who holds an old link."""


def token_of(link_id: str, key: str) -> str:
    """Return the signed token of a link, for its address."""
    return str(URLSafeSerializer(key, salt=SALT).dumps(UUID(link_id).hex))


def link_id_of(token: str, key: str) -> str | None:
    """Return the id in a token; None when the token is not one of ours."""
    try:
        return str(UUID(str(URLSafeSerializer(key, salt=SALT).loads(token))))
    except (BadSignature, ValueError):
        return None


def is_within(ledger: Ledger, kind: str, subject: str, limit: Limit) -> bool:
    """Count a request; return whether its subject still keeps to the limit."""
    return ledger.activation.count_request(hashed(f"{kind} {subject}"), limit.stretch) <= limit.requests


def is_usable(link: ActivationLink, browser: str) -> bool:
    """Return whether this browser may go on with the link.

    Anybody who has it until it is spent; then the browser whose consent spent it, until it expires.
    """
    if link.is_open:
        return True
    return bool(browser) and link.browser_hash == hashed(browser) and not link.is_expired

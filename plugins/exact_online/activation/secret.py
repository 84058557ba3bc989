"""Secrets that a browser carries; the ledger keeps their hashes."""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    """Return a text that nobody can guess, of 256 bits."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """Return the hash of a secret, as the ledger keeps it."""
    return hashlib.sha256(secret.encode()).hexdigest()

"""The server that the demo books in, and our app there."""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.fernet import Fernet

from dev.demo import link
from dev.local.failures import CannotRun
from dev.local.places import VAR
from dev.local.private_files import write_private


@dataclass(frozen=True)
class ExactServer:
    """The server to book in: our simulator (`url` is None), or the server of the environment."""

    url: str | None
    redirect_uri: str | None
    """None with our simulator: it is the address of the pages of our Airflow."""

    @classmethod
    def of_environment(cls) -> ExactServer:
        """Return the server of EXACT_URL and EXACT_REDIRECT_URI; our simulator without them."""
        url = os.environ.get("EXACT_URL", "").rstrip("/") or None
        return cls(url, (os.environ.get("EXACT_REDIRECT_URI") or link.REDIRECT_URI) if url else None)

    @property
    def folder(self) -> Path:
        """The folder of all state that belongs to this server."""
        if self.url is None:
            return VAR
        return VAR / "exact" / re.sub(r"[^a-z0-9.]+", "_", self.url.lower().split("://")[-1])


@dataclass(frozen=True)
class Registration:
    """Our app at that server, and the key that encrypts its tokens in the ledger."""

    client_id: str
    client_secret: str
    token_key: str


def registration(file: Path, server: ExactServer) -> Registration:
    """Return the app to use at `server`, and the key of its tokens.

    Both are generated on the first run and stored in `file`. The app of another server comes from
    EXACT_CLIENT_ID and EXACT_CLIENT_SECRET; raise CannotRun when one of them is not set.
    """
    if not file.exists():
        token_key = Fernet.generate_key().decode()
        made = Registration(secrets.token_hex(16), secrets.token_urlsafe(24), token_key)
        write_private(file, json.dumps(asdict(made)))
    stored = Registration(**json.loads(file.read_text()))
    if server.url is None:
        return stored
    return Registration(
        _of_environment("EXACT_CLIENT_ID"), _of_environment("EXACT_CLIENT_SECRET"), stored.token_key
    )


def _of_environment(name: str) -> str:
    if not os.environ.get(name):
        raise CannotRun(
            f"EXACT_URL is given without {name}: "
            "make demo EXACT_URL=.. EXACT_CLIENT_ID=.. EXACT_CLIENT_SECRET=.."
        )
    return os.environ[name]

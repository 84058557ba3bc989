"""Give a practice a new link with Exact: the consent of its Exact user, from a command line.

For a link that is broken (a refresh token that was used before, a consent that was withdrawn) and
for a practice that is linked for the first time. All settings stay. The code and the tokens are
never printed; who types a code sees nothing of it.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import requests
from cryptography.fernet import MultiFernet

from exact_online.api import grants, masking
from exact_online.api.budget import Unmetered
from exact_online.api.client import ExactClient
from exact_online.api.consent import JustGranted, keep_consent
from exact_online.api.grants import App
from exact_online.api.identity import Division, divisions, me
from exact_online.failures import AccessDenied, NotReady
from exact_online.ledger import Ledger, LedgerClock, Practice

LISTEN_SECONDS = 300
"""How long the answer of the consent page is waited for; a code lives three minutes."""
THANKS = "<!doctype html><title>Exact Online</title><p>Dank u. U kunt dit venster sluiten."
LOOPBACK = ("127.0.0.1", "localhost", "::1")

TakeAnswer = Callable[[str], str]
"""Shows the consent page's address; returns where it sent the browser to, or the code."""


@dataclass(frozen=True)
class Consenting:
    """What a consent needs: our app, the keys of the ledger's tokens, and where Exact answers."""

    app: App
    keys: MultiFernet
    redirect_uri: str
    session: requests.Session


def connect_practice(
    ledger: Ledger, code: str, exact: Consenting, take_answer: TakeAnswer, division: int | None = None
) -> Practice:
    """Have the Exact user give consent, link the practice by it, and return the practice.

    The practice keeps its division; `division` is for one that has none yet. A user who gave
    consent before keeps his chain, so other practices that use it are linked again too. Raises
    NotReady with a sentence, also in a copy of a ledger; ReconnectNeeded when the code is not good,
    Unreachable.
    """
    ledger.home.reject_copy()
    practice = ledger.practices.get(code)
    if practice.division is not None and division not in (None, practice.division):
        raise NotReady(
            f"Practice {code} belongs to division {practice.division}: its books are there, so it can't "
            "be linked to another."
        )
    state = secrets.token_urlsafe(24)
    answer = take_answer(grants.authorize_url(exact.app, exact.redirect_uri, state))
    clock = LedgerClock(ledger.session)
    pair = grants.exchange_code(exact.session, clock, exact.app, code_of(answer, state), exact.redirect_uri)
    client = ExactClient(exact.session, exact.app.base_url, None, JustGranted(pair), Unmetered(), clock)
    user = me(client)
    # Before all else: this consent ended the user's older tokens, which other practices may use.
    chain = keep_consent(ledger.tokens, exact.keys, exact.app, pair, user.user_id, user.name, clock.now())
    chosen = _division(practice, _granted(client, practice), division)
    ledger.practices.link(code, chain, chosen.code, practice.division_name or chosen.name)
    return ledger.practices.get(code)


def code_of(answer: str, state: str) -> str:
    """Return the code in the address that the browser was sent to, or in a bare code.

    Raises NotReady for an address with another state, and for one that says no.
    """
    parts = urlsplit(answer.strip())
    if not parts.scheme and "=" not in answer:
        code = unquote(answer.strip())
    else:
        query = parse_qs(parts.query or answer.strip().lstrip("?"))
        if not secrets.compare_digest(query.get("state", [""])[0].encode(), state.encode()):
            raise NotReady("That address belongs to another consent; begin again, and use the new address.")
        if "code" not in query:
            error = "".join(letter for letter in query.get("error", ["no code"])[0] if letter.isprintable())
            raise NotReady(f"Exact gave no code ({error[:60]}); begin again, and agree.")
        code = query["code"][0]
    masking.announce(code)
    if not code:
        raise NotReady("No code was given; begin again.")
    return code


def _granted(client: ExactClient, practice: Practice) -> list[Division]:
    """The divisions of the consent. The user's last one, by which we ask else, may be no part."""
    if practice.division is not None:
        with suppress(AccessDenied):
            return divisions(client.for_division(practice.division))
    return divisions(client)


def _division(practice: Practice, granted: Sequence[Division], asked: int | None) -> Division:
    """The division of the practice among those that the user gave us."""
    wanted = asked if practice.division is None else practice.division
    found = next((division for division in granted if division.code == wanted), None)
    if found is not None:
        return found
    names = "; ".join(f"{division.code} {division.name}" for division in granted) or "none"
    if wanted is None:
        raise NotReady(f"Practice {practice.code} has no division yet: give --division, one of {names}.")
    raise NotReady(f"Division {wanted} is not among those that the Exact user gave us: {names}.")


def is_loopback(redirect_uri: str) -> bool:
    """Return whether this program itself can take the answer: plain http on this machine."""
    parts = urlsplit(redirect_uri)
    return parts.scheme == "http" and parts.hostname in LOOPBACK and parts.port is not None


def listen(redirect_uri: str, max_wait: dt.timedelta = dt.timedelta(seconds=LISTEN_SECONDS)) -> str:
    """Wait on the redirect address, of this machine, and return the address the browser asked for.

    Raises NotReady when nothing comes, or when the port is in use.
    """
    parts = urlsplit(redirect_uri)
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_answer = urlsplit(self.path).path == (parts.path or "/")
            if is_answer:
                asked.append(self.path)
            self.send_response(200 if is_answer else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(THANKS.encode() if is_answer else b"")

        def log_message(self, *_: object) -> None:
            """Log nothing: the path holds the code."""

    try:
        server = HTTPServer((parts.hostname or "127.0.0.1", parts.port or 0), Handler)
    except OSError:
        raise NotReady(f"Port {parts.port} of {redirect_uri} is in use; give --paste.") from None
    with server:
        until = dt.datetime.now(dt.UTC) + max_wait
        while not asked and (left := (until - dt.datetime.now(dt.UTC)).total_seconds()) > 0:
            server.timeout = left
            server.handle_request()
    if not asked:
        raise NotReady("No answer came from the consent page; begin again.")
    return f"{parts.scheme}://{parts.netloc}{asked[0]}"

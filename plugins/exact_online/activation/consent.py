"""The authorisation code flow: to the consent screen of Exact and back (M6).

The state is random, works once, for ten minutes, and only in the browser that left with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass

import requests
from cryptography.fernet import MultiFernet

from exact_online.activation.secret import hashed, new_secret
from exact_online.api import grants
from exact_online.api.budget import Unmetered
from exact_online.api.client import ExactClient
from exact_online.api.consent import JustGranted, keep_consent
from exact_online.api.grants import App
from exact_online.api.identity import Division, ExactUser, divisions, me
from exact_online.clock import Clock
from exact_online.failures import AccessDenied
from exact_online.ledger import EventKind, Ledger, Practice
from exact_online.ledger.activation import ConsentRequest

REQUEST_VALID_FOR = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class ExactSide:
    """What a consent needs of Exact: our app, the keys of the tokens, where Exact answers to."""

    app: App
    keys: MultiFernet
    session: requests.Session
    redirect_uri: str
    """The one that is registered with Exact: never taken from a request."""


@dataclass(frozen=True)
class Departure:
    """A browser that goes to the consent screen."""

    address: str
    browser: str
    """The secret that it carries as a cookie."""


@dataclass(frozen=True)
class Arrival:
    """A consent that came back."""

    chain_id: str
    user: ExactUser


def depart(ledger: Ledger, exact: ExactSide, request: ConsentRequest, agreed_text: str | None) -> Departure:
    """Keep with which text who agreed, and return where the browser goes and what it carries.

    Raises NotReady in a copy of a ledger: a consent there ends the tokens of the original.
    """
    ledger.home.reject_copy()
    state, browser = new_secret(), new_secret()
    with ledger.transaction("depart for consent"):
        if request.practice is not None and agreed_text is not None:
            ledger.activation.note_privacy_consent(request.practice, request.who, agreed_text)
        ledger.activation.open_request(request, hashed(state), hashed(browser), REQUEST_VALID_FOR)
    return Departure(grants.authorize_url(exact.app, exact.redirect_uri, state), browser)


def arrive(ledger: Ledger, exact: ExactSide, request: ConsentRequest, code: str, clock: Clock) -> Arrival:
    """Exchange a code for tokens, keep them, and return whose they are.

    They are kept before all else, for a practice or not: this consent ended the user's older
    tokens. Of a practice's consent the divisions that it covers are kept too. Raises
    ReconnectNeeded when the code is not good, NotReady (in a copy of a ledger too), Unreachable.
    """
    ledger.home.reject_copy()
    pair = grants.exchange_code(exact.session, clock, exact.app, code, exact.redirect_uri)
    client = ExactClient(exact.session, exact.app.base_url, None, JustGranted(pair), Unmetered(), clock)
    user = me(client)
    chain = keep_consent(ledger.tokens, exact.keys, exact.app, pair, user.user_id, user.name, clock.now())
    if request.practice is not None:
        practice = ledger.practices.get(request.practice)
        found = _granted(client, practice, user)
        with ledger.transaction("keep consent"):
            ledger.activation.keep_given(practice.code, chain, request.who, [asdict(each) for each in found])
            ledger.events.note(
                practice.code, request.who, EventKind.CONSENT_GIVEN, divisions=[each.code for each in found]
            )
    return Arrival(chain, user)


def _granted(client: ExactClient, practice: Practice, user: ExactUser) -> Sequence[Division]:
    """The divisions of the consent, through the practice's own first, then the user's last."""
    for through in (practice.division, user.current_division):
        if through is not None:
            with suppress(AccessDenied):
                return divisions(client.for_division(through))
    return divisions(client)

"""Register the demo practices, and link them to their divisions by giving consent at Exact.

A link that works no more is given anew, as `python -m exact_online connect` does by hand.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.fernet import MultiFernet

from dev.demo.consent import give_consent
from dev.demo.practices import Practice, practice_rows, practices, settings_document
from dev.local.failures import CannotRun
from exact_online.api import grants
from exact_online.api.budget import Unmetered
from exact_online.api.client import ExactClient
from exact_online.api.consent import JustGranted, keep_consent
from exact_online.api.deadline import new_session
from exact_online.api.grants import App
from exact_online.api.identity import Division, ExactUser, divisions, me
from exact_online.api.oauth import TokenChain
from exact_online.failures import LinkFailure, Unreachable
from exact_online.ledger import Ledger, LedgerClock
from exact_online.ledger import Practice as Registered

REDIRECT_URI = "https://localhost/exact-online/callback"
MAX_USERS = 5
"""Of the users on the consent page this many are tried, until every practice has its division."""


@dataclass(frozen=True)
class Consent:
    """The result of one consent: a token chain, the user who gave it and the divisions he sees."""

    chain_id: str
    user: ExactUser
    divisions: list[Division]


def register(ledger: Ledger, wanted: Sequence[Practice] | None = None) -> None:
    """Register practices: the demo's, or `wanted`, with the settings of their accountants."""
    for row, practice in zip(practice_rows(wanted), wanted or practices(), strict=True):
        row.pop("division_name")
        ledger.practices.register(**row, active=True)
        ledger.practices.save_settings(practice.code, settings_document(practice), changed_by="demo")


def link(
    ledger: Ledger,
    app: App,
    keys: MultiFernet,
    redirect_uri: str = REDIRECT_URI,
    wanted: Sequence[Practice] | None = None,
) -> list[str]:
    """Give consent until every practice is linked to the division with its name.

    Practices whose link works stay as they are. Return those that had one which works no more.
    Raise CannotRun with the divisions that no user has.
    """
    waiting = _without_link(ledger, app, keys, wanted or practices())
    broken = [code for code in waiting.values() if ledger.practices.get(code).division is not None]
    for choice in range(MAX_USERS):
        if not waiting:
            break
        consent = _consent(ledger, app, keys, redirect_uri, choice)
        linked = _link_found_divisions(ledger, consent, waiting)
        waiting = {name: code for name, code in waiting.items() if name not in linked}
    if waiting:
        names = ", ".join(waiting)
        raise CannotRun(
            f"No Exact user on {app.base_url} has a division named {names}: "
            "make it (make demo-settings shows what it needs)."
        )
    return broken


def _without_link(ledger: Ledger, app: App, keys: MultiFernet, wanted: Sequence[Practice]) -> dict[str, str]:
    """Return division name -> practice code of the practices whose link is missing or broken."""
    return {
        known.division_name: known.code
        for known in wanted
        if not is_linked(ledger, ledger.practices.get(known.code), app, keys)
    }


def is_linked(ledger: Ledger, practice: Registered, app: App, keys: MultiFernet) -> bool:
    """Return whether the server takes the tokens of a practice; it is asked who the user is."""
    if practice.division is None or practice.chain_id is None:
        return False
    try:
        me(client_of(ledger, practice, app, keys))
    except Unreachable:
        raise
    except LinkFailure:
        return False
    return True


def client_of(ledger: Ledger, practice: Registered, app: App, keys: MultiFernet) -> ExactClient:
    """Return a client of a practice's division that counts no calls."""
    assert practice.chain_id is not None
    clock, session = LedgerClock(ledger.session), new_session()
    tokens = TokenChain(ledger.tokens.chain(practice.chain_id), app, keys, session, clock)
    return ExactClient(session, app.base_url, practice.division, tokens, Unmetered(), clock)


def _link_found_divisions(ledger: Ledger, consent: Consent, waiting: dict[str, str]) -> set[str]:
    """Link the practices whose division is in the consent; return the names of these divisions."""
    found = [division for division in consent.divisions if division.name in waiting]
    for division in found:
        ledger.practices.link(waiting[division.name], consent.chain_id, division.code, division.name)
    return {division.name for division in found}


def _consent(ledger: Ledger, app: App, keys: MultiFernet, redirect_uri: str, choice: int) -> Consent:
    """Go through the authorisation-code flow, from Exact's page to the tokens in the ledger."""
    clock, session = LedgerClock(ledger.session), new_session()
    state = secrets.token_urlsafe(16)
    code = give_consent(
        grants.authorize_url(app, redirect_uri, state, force_login=False), redirect_uri, state, choice
    )
    pair = grants.exchange_code(session, clock, app, code, redirect_uri)
    client = ExactClient(session, app.base_url, None, JustGranted(pair), Unmetered(), clock)
    user = me(client)
    chain_id = keep_consent(ledger.tokens, keys, app, pair, user.user_id, user.name, clock.now())
    return Consent(chain_id, user, divisions(client))

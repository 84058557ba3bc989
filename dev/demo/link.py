"""Register the demo practices, and link them to their divisions by giving consent at Exact."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from cryptography.fernet import MultiFernet

from dev.demo.consent import give_consent
from dev.demo.practices import practice_rows, practices, settings_document
from dev.local.failures import CannotRun
from exact_online.api import grants
from exact_online.api.budget import Unmetered
from exact_online.api.client import ExactClient
from exact_online.api.consent import JustGranted, keep_consent
from exact_online.api.deadline import new_session
from exact_online.api.grants import App
from exact_online.api.identity import Division, ExactUser, divisions, me
from exact_online.ledger import Ledger, LedgerClock

REDIRECT_URI = "https://localhost/exact-online/callback"
MAX_USERS = 5
"""Of the users on the consent page this many are tried, until every practice has its division."""


@dataclass(frozen=True)
class Consent:
    """The result of one consent: a token chain, the user who gave it and the divisions he sees."""

    chain_id: str
    user: ExactUser
    divisions: list[Division]


def register(ledger: Ledger) -> None:
    """Register the practices and the settings that their accountants delivered."""
    for row, practice in zip(practice_rows(), practices(), strict=True):
        row.pop("division_name")
        ledger.practices.register(**row, active=True)
        ledger.practices.save_settings(practice.code, settings_document(practice), changed_by="demo")


def link(ledger: Ledger, app: App, keys: MultiFernet, redirect_uri: str = REDIRECT_URI) -> None:
    """Give consent until every practice is linked to the division with its name.

    Practices that are linked already stay as they are.
    Raise CannotRun with the divisions that no user has.
    """
    for choice in range(MAX_USERS):
        waiting = _without_division(ledger)
        if not waiting:
            return
        _link_found_divisions(ledger, _consent(ledger, app, keys, redirect_uri, choice), waiting)
    if waiting := _without_division(ledger):
        names = ", ".join(waiting)
        raise CannotRun(
            f"No Exact user on {app.base_url} has a division named {names}: "
            "make it (make demo-settings shows what it needs)."
        )


def _without_division(ledger: Ledger) -> dict[str, str]:
    """Return division name -> practice code of the practices that are not linked yet."""
    return {
        known.division_name: known.code
        for known in practices()
        if ledger.practices.get(known.code).division is None
    }


def _link_found_divisions(ledger: Ledger, consent: Consent, waiting: dict[str, str]) -> None:
    for division in consent.divisions:
        if division.name in waiting:
            ledger.practices.link(waiting[division.name], consent.chain_id, division.code, division.name)


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

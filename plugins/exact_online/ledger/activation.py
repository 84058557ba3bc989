"""How practices are linked with Exact: signed links, consents, and how far each of them is.

States and browser secrets come in as hashes: who reads the ledger can't go on with a consent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from exact_online.ledger.session import Session


@dataclass(frozen=True)
class ActivationLink:
    """A signed link that was sent to somebody without an account."""

    link_id: str
    practice: str
    person: str
    mail_address: str
    made_by: str
    made_at: dt.datetime
    expires_at: dt.datetime
    spent_at: dt.datetime | None
    browser_hash: str | None
    """Of the browser that spent it; None while nobody did."""
    question: dict[str, str] | None
    """What it asks (`activation.questions.Question`); None for a link that links a practice."""
    is_open: bool
    """True while it is neither spent nor expired."""
    is_expired: bool


@dataclass(frozen=True)
class ConsentRequest:
    """A browser that was sent to the consent screen of Exact."""

    purpose: str
    """``link``, or ``stop``."""
    practice: str | None
    login: str | None
    """The id of Airflow's user, who alone may come back; None for somebody with a link."""
    link_id: str | None
    who: str
    framed: bool
    """True when it left from Airflow's frame, where it goes back to."""


@dataclass(frozen=True)
class GivenConsent:
    """The latest consent for a practice."""

    chain_id: str
    given_by: str
    given_at: dt.datetime
    divisions: list[dict[str, Any]]
    """``code``, ``name``, ``screen_number`` and ``licence`` of each division that it covers."""
    exact_user_name: str


@dataclass(frozen=True)
class ActivationState:
    """How far a practice is on its way from added to active."""

    active: bool
    is_linked: bool
    division: int | None
    division_name: str | None
    link_date: dt.date
    first_sync_date: dt.date
    backfill: str
    link_state: str | None
    """``live`` or ``reconnect_needed``; None without a link."""
    renewed_at: dt.datetime | None
    exact_user_name: str | None
    has_consent: bool
    settings_version: int | None
    first_sync_date_set_at: dt.datetime | None
    had_night: bool
    has_lists: bool
    """True once the lists of its division were read."""


@dataclass(frozen=True)
class LinkedPractice:
    """A practice of one user of Exact."""

    code: str
    name: str
    active: bool
    division_name: str | None


@dataclass(frozen=True)
class DryRun:
    """The latest dry run of a practice."""

    run_id: str
    airflow_run_id: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    outcome: str | None
    reason: str | None
    """Code of what stopped it first; None where nothing did, or is known."""
    reason_values: Mapping[str, Any] | None


class Activation:
    """Reads and writes all that stands between an added practice and an active one."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def state(self, practice: str) -> ActivationState | None:
        """Return how far a practice is; None when there is none with this code."""
        return self._session.record(ActivationState, "activation_state", practice=practice)

    # --- signed links -----------------------------------------------------------------------------

    def make_link(
        self,
        practice: str,
        person: str,
        mail_address: str,
        made_by: str,
        valid_for: dt.timedelta,
        question: Mapping[str, str] | None = None,
    ) -> str:
        """Make a link, to link the practice or to answer a question, and return its id."""
        row = self._session.write_row(
            "activation_make_link",
            practice=practice,
            person=person,
            mail_address=mail_address,
            made_by=made_by,
            valid_for=valid_for,
            question=Jsonb(dict(question)) if question else None,
        )
        assert row is not None
        return str(row["link_id"])

    def link(self, link_id: str) -> ActivationLink | None:
        """Return a link, or None when there is none with this id."""
        return self._session.record(ActivationLink, "activation_links", link_id=link_id, practice=None)

    def links(self, practice: str) -> list[ActivationLink]:
        """Return the latest links that link a practice, newest first."""
        return self._session.records(ActivationLink, "activation_links", link_id=None, practice=practice)

    def spend_link(self, link_id: str, browser_hash: str) -> bool:
        """Spend a link; False when it was spent or expired before."""
        return self._session.change("activation_spend_link", link_id=link_id, browser_hash=browser_hash)

    def count_request(self, subject_hash: str, stretch: dt.timedelta) -> int:
        """Count a request of a subject; return how many there were in the present stretch."""
        row = self._session.write_row("activation_count_request", subject_hash=subject_hash, stretch=stretch)
        assert row is not None
        return int(row["requests"])

    # --- consents ---------------------------------------------------------------------------------

    def note_privacy_consent(self, practice: str, who: str, agreed_text: str) -> None:
        """Keep who agreed with which text."""
        asked = {"practice": practice, "who": who, "agreed_text": agreed_text}
        self._session.write("activation_note_privacy", **asked)

    def open_request(
        self, request: ConsentRequest, state_hash: str, browser_hash: str, valid_for: dt.timedelta
    ) -> None:
        """Note that a browser is sent to the consent screen."""
        self._session.write(
            "activation_open_request",
            **vars(request),
            state_hash=state_hash,
            browser_hash=browser_hash,
            valid_for=valid_for,
        )

    def request(self, state_hash: str, browser_hash: str) -> ConsentRequest | None:
        """Return the request that a browser comes back with; None when that can't go on."""
        return self._session.record(
            ConsentRequest, "activation_read_request", state_hash=state_hash, browser_hash=browser_hash
        )

    def use_request(self, state_hash: str) -> bool:
        """Use a request, once; False when another was first."""
        return self._session.change("activation_use_request", state_hash=state_hash)

    def keep_given(
        self, practice: str, chain_id: str, given_by: str, divisions: Sequence[Mapping[str, Any]]
    ) -> None:
        """Keep the latest consent for a practice."""
        self._session.write(
            "activation_keep_given",
            practice=practice,
            chain_id=chain_id,
            given_by=given_by,
            divisions=Jsonb(list(divisions)),
        )

    def given(self, practice: str) -> GivenConsent | None:
        """Return the latest consent for a practice; None when there is none."""
        return self._session.record(GivenConsent, "activation_read_given", practice=practice)

    def taken(self, practice: str, divisions: Sequence[int]) -> dict[int, str]:
        """Return which of these divisions serve another practice: code -> name of the practice."""
        rows = self._session.rows("activation_taken_divisions", practice=practice, divisions=list(divisions))
        return {row["division"]: row["name"] for row in rows}

    # --- on, off and away -------------------------------------------------------------------------

    def set_first_sync(
        self, practice: str, link_date: dt.date, first_sync_date: dt.date, backfill: str
    ) -> bool:
        """Set from which day on a practice is synchronised (M20).

        Return False when its link date would move after its first night.
        """
        return self._session.change(
            "activation_set_first_sync",
            practice=practice,
            link_date=link_date,
            first_sync_date=first_sync_date,
            backfill=backfill,
        )

    def switch(self, practice: str, *, active: bool) -> bool:
        """Switch the nights on or off; False when they were so, or the practice has no link."""
        return self._session.change("activation_switch", practice=practice, active=active)

    def disconnect(self, practice: str) -> bool:
        """End the link of a practice; False when it had none. All settings stay."""
        return self._session.change("activation_disconnect", practice=practice)

    def forget_chains(self, chain_ids: Sequence[str]) -> None:
        """Delete these token chains, except those that a practice uses or waits with."""
        self._session.write("activation_forget_chains", chain_ids=list(chain_ids))

    def practices_of_chain(self, chain_id: str) -> list[LinkedPractice]:
        """Return the practices that are linked by one user of Exact, by code."""
        return self._session.records(LinkedPractice, "activation_practices_of_chain", chain_id=chain_id)

    def latest_dry_run(self, practice: str) -> DryRun | None:
        """Return the latest dry run of a practice; None when there was none."""
        return self._session.record(DryRun, "activation_latest_dry_run", practice=practice)

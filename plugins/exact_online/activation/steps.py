"""How far a practice is: six steps from added to active, computed from the ledger alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from exact_online.book_day import book_day
from exact_online.ledger.activation import ActivationState

TOKEN_DAYS = dt.timedelta(days=30)
"""After so long without a renewal Exact takes the refresh token no more."""


class StepName(StrEnum):
    """The screens on the way, in their order."""

    PRACTICE = "practice"
    SETTINGS = "settings"
    LINK = "link"
    REQUIREMENTS = "requirements"
    FIRST_SYNC = "first_sync"
    ACTIVE = "active"


class StepState(StrEnum):
    """How a step stands."""

    DONE = "done"
    NOW = "now"
    """What a person does next."""
    LATER = "later"
    BLOCKED = "blocked"
    """Something must be put right first."""


@dataclass(frozen=True)
class Step:
    """One of the six."""

    name: StepName
    state: StepState


def steps(state: ActivationState, problems: Sequence[str] | None) -> list[Step]:
    """Return the six steps of a practice.

    `problems` are what its division lacks (requirements); None while that was never checked.
    """
    is_live = state.is_linked and state.link_state == "live"
    done = {
        StepName.PRACTICE: True,
        StepName.SETTINGS: state.settings_version is not None,
        StepName.LINK: is_live,
        StepName.REQUIREMENTS: problems is not None and not problems,
        StepName.FIRST_SYNC: state.first_sync_date_set_at is not None,
        StepName.ACTIVE: state.active and is_live,
    }
    blocked = {
        StepName.LINK: state.is_linked and not is_live,
        StepName.REQUIREMENTS: bool(problems),
    }
    following = next((name for name in StepName if not done[name]), None)
    return [Step(name, _state(done[name], blocked.get(name, False), name is following)) for name in StepName]


def _state(is_done: bool, is_blocked: bool, is_next: bool) -> StepState:
    if is_done:
        return StepState.DONE
    if is_blocked:
        return StepState.BLOCKED
    return StepState.NOW if is_next else StepState.LATER


def can_switch_on(way: Sequence[Step]) -> bool:
    """Return whether all steps before the last one are done."""
    return all(step.state is StepState.DONE for step in way if step.name is not StepName.ACTIVE)


def expires_on(renewed_at: dt.datetime | None) -> dt.date | None:
    """Return the last whole day of a link that no night uses; None without a link."""
    return book_day(renewed_at + TOKEN_DAYS) - dt.timedelta(days=1) if renewed_at else None

"""The audit log of a practice, and the log of whose personal data was looked at."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from psycopg.types.json import Jsonb

from exact_online.ledger.session import Session

MAX_EVENTS = 200


class EventKind(StrEnum):
    """What a person did with a practice; also what the ledger stores."""

    ADDED = "added"
    SETTINGS_SAVED = "settings_saved"
    LINK_SENT = "link_sent"
    CONSENT_GIVEN = "consent_given"
    DIVISION_CHOSEN = "division_chosen"
    IDENTITY_CONFIRMED = "identity_confirmed"
    REQUIREMENT_CONFIRMED = "requirement_confirmed"
    FIRST_SYNC_DATE_SET = "first_sync_date_set"
    ACTIVATED = "activated"
    DEACTIVATED = "deactivated"
    DISCONNECTED = "disconnected"
    QUESTION_SENT = "question_sent"
    QUESTION_ANSWERED = "question_answered"
    RUN_CLEARED = "run_cleared"
    MAIL_ADDRESSES_CHANGED = "mail_addresses_changed"
    WORKBOOKS_CHECKED = "workbooks_checked"


@dataclass(frozen=True)
class PracticeEvent:
    """One line of the audit log."""

    event_id: int
    at: dt.datetime
    who: str
    event: str
    details: dict[str, Any]
    """What it was about: numbers, codes and days, never a person of the practice's James."""


class Events:
    """Writes and reads both logs; nothing in them is ever changed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def note(self, practice: str, who: str, event: EventKind, **details: Any) -> None:
        """Add a line to the audit log of a practice."""
        self._session.write("note_event", practice=practice, who=who, event=event, details=Jsonb(details))

    def latest(self, practice: str) -> list[PracticeEvent]:
        """Return the audit log of a practice, newest first, `MAX_EVENTS` lines at most."""
        return self._session.records(PracticeEvent, "list_events", practice=practice, most=MAX_EVENTS)

    def note_access(self, practice: str, who: str, *subjects: str) -> None:
        """Note that somebody looked at the personal data of records, such as *debiteur:1001*."""
        self._session.write("note_access", practice=practice, who=who, subjects=list(subjects))

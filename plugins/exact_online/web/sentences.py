"""Words of the ledger as people read them: reasons, acts, events; in the page's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exact_online.ledger import Ledger
from exact_online.ledger.activation import DryRun
from exact_online.ledger.events import EventKind
from exact_online.ledger.practice_pages import NIGHTS, AuditRow, NightRow
from exact_online.reasons import Language, cure, explain
from exact_online.web.language import translatable
from exact_online.web.view import View

DOUBTFUL = translatable("Exact's answer was lost; the next night asks Exact whether it has it.")

EVENTS: Mapping[str, str] = {
    EventKind.ADDED: translatable("Practice added"),
    EventKind.SETTINGS_SAVED: translatable("Settings saved"),
    EventKind.LINK_SENT: translatable("Link for the consent sent"),
    EventKind.CONSENT_GIVEN: translatable("Consent given in Exact"),
    EventKind.DIVISION_CHOSEN: translatable("Division chosen"),
    EventKind.IDENTITY_CONFIRMED: translatable("Division confirmed as that of the practice"),
    EventKind.REQUIREMENT_CONFIRMED: translatable("Requirement confirmed"),
    EventKind.FIRST_SYNC_DATE_SET: translatable("First day set"),
    EventKind.ACTIVATED: translatable("Switched on"),
    EventKind.DEACTIVATED: translatable("Switched off"),
    EventKind.DISCONNECTED: translatable("Disconnected"),
    EventKind.MAIL_ADDRESSES_CHANGED: translatable("Mail addresses changed"),
    EventKind.WORKBOOKS_CHECKED: translatable("Workbooks looked up in Exact"),
}

ACTS: Mapping[str, str] = {
    "accept": translatable("Difference accepted"),
    "adopt": translatable("Entry in Exact adopted"),
    "book_again": translatable("To be booked again"),
    "close": translatable("Closed: will not be booked"),
    "same_person": translatable("Confirmed as the same person"),
    "ours": translatable("Relation in Exact linked with the debtor"),
    "not_ours": translatable("Relation in Exact is somebody else"),
    "share_division": translatable("Division shared with another practice"),
    "take_back_file": translatable("Workbook taken back"),
    "go_on": translatable("Sending goes on after a stop"),
    "erase": translatable("Debtor erased"),
}


def language_of(view: View) -> Language:
    """Return the language of the catalogue of reasons that the reader of a page has."""
    return "en" if view.words.language == "en" else "nl"


def state_sentence(view: View, state: str) -> str:
    """Return what a state without a reason means."""
    return view.text(DOUBTFUL) if state == "doubtful" else state


def reason_sentence(view: View, reason: str | None, values: Mapping[str, Any]) -> str:
    """Return the sentence of a reason; empty without one."""
    return explain(reason, values, language_of(view)) if reason else ""


@dataclass(frozen=True)
class StopWords:
    """What stopped a run first, in words."""

    sentence: str
    cure: str
    """Who cures it, and where."""


def nights_with_stops(
    view: View, ledger: Ledger, practice: str, most: int = NIGHTS
) -> list[tuple[NightRow, StopWords | None]]:
    """Return the latest nights, each with what stopped it; None where nothing did, or is known."""
    nights = ledger.practice_pages.nights(practice, most)
    return [(night, stop_words(view, night)) for night in nights]


def stop_words(view: View, run: NightRow | DryRun | None) -> StopWords | None:
    """Return what stopped a run; None where nothing did, or is known."""
    if run is None or run.reason is None:
        return None
    language = language_of(view)
    return StopWords(explain(run.reason, run.reason_values or {}, language), cure(run.reason, language))


def audit_words(view: View, row: AuditRow) -> str:
    """Return what somebody did."""
    names = EVENTS if row.kind == "event" else ACTS
    what = view.words.gettext(names[row.what]) if row.what in names else row.what
    return view.text("Taken back: %(what)s", what=what) if row.kind == "taken_back" else what

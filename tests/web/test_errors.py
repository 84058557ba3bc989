"""What a person reads when Exact or the ledger does not go along."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from exact_online.failures import DayIsFull, ErrorLimit, LinkFailure, WaitForWindow
from exact_online.stops import Stop
from exact_online.web.database import ledger as ledger_of_pages
from exact_online.web.language import COOKIE
from exact_online.web.pages import pages

UNTIL = dt.datetime(2026, 11, 26, 12, 4, 30, tzinfo=dt.UTC)


DIVISION = {"division": 3100001}
WAITS = {
    "minute": WaitForWindow(Stop.MINUTE_FULL, UNTIL, limit=60, **DIVISION),
    "day": DayIsFull(Stop.DAY_FULL, limit="5.000", until="27-11-2026 01:00", **DIVISION),
    "history": DayIsFull(
        Stop.DAY_FULL_FOR_HISTORY, limit="5.000", reserve="1.000", until="27-11-2026 01:00", **DIVISION
    ),
    "blocked": DayIsFull(Stop.DAY_BLOCKED, until="27-11-2026 01:00", **DIVISION),
    "errors": ErrorLimit(Stop.ERROR_LIMIT, UNTIL, endpoint="SalesEntries", errors=8, **DIVISION),
    "token": WaitForWindow(Stop.TOKEN_NOT_YET, UNTIL),
    "no calls": WaitForWindow(Stop.NO_CALLS_NOW, UNTIL, call="lijst", cause="429"),
}
SENTENCES = {
    ("minute", "nl"): "De 60 vragen die Exact Online per minuut voor administratie 3100001 toestaat zijn op. "
    "Probeer het na 13:04:30 opnieuw.",
    ("minute", "en"): "The 60 calls that Exact Online takes in a minute for division 3100001 are used. "
    "Try again after 13:04:30.",
    ("day", "nl"): "De 5.000 vragen die Exact Online per dag voor administratie 3100001 toestaat zijn op. "
    "Probeer het na 27-11-2026 01:00 opnieuw.",
    ("history", "nl"): "blijven er 1.000 voor de nacht. Probeer het na 27-11-2026 01:00 opnieuw.",
    ("blocked", "nl"): "en zegt niet waarom. Probeer het na 27-11-2026 01:00 opnieuw.",
    ("blocked", "en"): "and does not say why. Try again after 27-11-2026 01:00.",
    ("errors", "nl"): "foutlimiet. Probeer het na 26-11-2026 13:04 opnieuw.",
    ("errors", "en"): "close to its error limit. Try again after 26-11-2026 13:04.",
    ("token", "nl"): "Exact geeft nog geen nieuw token. Probeer het na 26-11-2026 13:04 opnieuw.",
    ("token", "en"): "Exact gives no new token yet. Try again after 26-11-2026 13:04.",
    ("no calls", "nl"): "Probeer het na 26-11-2026 13:04 opnieuw.",
}


@pytest.mark.parametrize(("window", "language"), SENTENCES)
def test_which_window_of_exact_is_closed_is_told_with_the_moment_to_try_again(
    client: TestClient, sign_in: Callable[[str], None], window: str, language: str
) -> None:
    """Every one of them was said to be of this minute, or told without a moment."""
    wait: LinkFailure = WAITS[window]

    def full() -> None:
        raise wait

    sign_in("viewer")
    client.cookies.set(COOKIE, language)
    pages.dependency_overrides[ledger_of_pages] = full
    answer = client.get("/")
    assert answer.status_code == 503
    assert SENTENCES[window, language] in html.unescape(answer.text)

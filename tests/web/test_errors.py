"""What a person reads when Exact or the ledger does not go along."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from fastapi.testclient import TestClient

from exact_online.failures import WaitForWindow
from exact_online.stops import Stop
from exact_online.web.database import ledger as ledger_of_pages
from exact_online.web.pages import pages

UNTIL = dt.datetime(2026, 11, 26, 12, 4, 30, tzinfo=dt.UTC)


def test_a_full_minute_of_exact_is_told_in_dutch_with_the_moment_to_try_again(
    client: TestClient, sign_in: Callable[[str], None]
) -> None:
    """An accountant saw "Division 3100001: the minute's 60 calls are used."."""

    def full() -> None:
        raise WaitForWindow(Stop.MINUTE_FULL, UNTIL, division=3100001, limit=60)

    sign_in("viewer")
    pages.dependency_overrides[ledger_of_pages] = full
    answer = client.get("/")
    assert answer.status_code == 503
    assert "Probeer het na 13:04:30 opnieuw." in answer.text
    assert "oproepen van deze minuut" not in answer.text

"""C5, FR-H1: what lies in a closed financial year is listed, and released by one press."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from exact_online.ledger import Ledger
from tests.link.fixtures import link, small_place
from tests.link.small import SmallLink
from tests.web.of_link import ledger
from tests.web.test_older import words

__all__ = ["ledger", "link", "small_place"]

PRACTICE = "noorderlicht"
PAGE = f"/practices/{PRACTICE}/older"
RELEASE = f"/practices/{PRACTICE}/closed-years"
WHY = "akkoord van de accountant"
DAYS = {"history_from": "2025-01-01", "history_until": "2025-12-31"}
KEPT = 2500000
"""Before the number of each month's invoice."""


def close(link: SmallLink, *, is_closed: bool) -> None:
    change = link.division.close_period if is_closed else link.division.reopen_period
    for period in range(1, 13):
        change(2025, period)


@pytest.fixture
def held(link: SmallLink) -> None:
    """Twelve months of a closed year, which a night held, and one that Exact rejected."""
    link.james.debtor("1001")
    for month in range(1, 13):
        link.james.invoice(KEPT + month, "1001", day=dt.date(2025, month, 3))
    close(link, is_closed=True)
    link.night(backfill="import", **DAYS)
    link.ledger.conn.execute(
        "update booking set state = 'planned', reason = null where source_key = %s", [f"factuur:{KEPT + 1}"]
    )
    link.ledger.conn.execute(
        "update booking set state = 'rejected', reason = 'period_closed', rejected_under = 'as it was',"
        " rejected_times = 1 where source_key = %s",
        [f"factuur:{KEPT + 1}"],
    )


def test_a_whole_year_is_listed_and_released_by_one_press(
    client: TestClient, sign_in: Callable[[str], None], link: SmallLink, ledger: Ledger, held: None
) -> None:
    sign_in("user")
    assert "Gesloten boekjaren" in client.get(PAGE).text
    assert "2025 12 12 € 120,00" in words(client.get(PAGE).text)
    close(link, is_closed=False)
    answer = client.post(RELEASE, data={"year": "2025", "reason": WHY})
    assert answer.headers["location"].endswith(f"{PAGE}?released=12")
    page = words(client.get(f"{PAGE}?released=12").text)
    assert "De volgende nacht verstuurt wat op dat boekjaar wachtte: 12." in page
    assert "2025 1 1 € 10,00" in page, "what Exact rejected stays so until the night"
    act = ledger.conn.execute("select act, subject, acted_by, reason from act").fetchone()
    assert act is not None
    assert list(act.values()) == ["release_period", "2025", "user", WHY]
    link.night()
    assert {link.states()[f"factuur:{KEPT + month}"] for month in range(1, 13)} == {"booked"}
    assert "Gesloten boekjaren" not in client.get(PAGE).text


def test_a_year_that_is_still_closed_waits_again(
    client: TestClient, sign_in: Callable[[str], None], link: SmallLink, ledger: Ledger, held: None
) -> None:
    sign_in("user")
    client.post(RELEASE, data={"year": "2025", "reason": WHY})
    writes = link.writes("salesentry/SalesEntries")
    link.night()
    assert link.writes("salesentry/SalesEntries") == writes
    assert set(link.reasons().values()) == {"period_closed"}


def test_only_who_may_act_releases_and_says_why(
    client: TestClient, sign_in: Callable[[str], None], ledger: Ledger, held: None
) -> None:
    sign_in("viewer")
    assert "Hele boekjaar vrijgeven" not in client.get(PAGE).text
    assert client.post(RELEASE, data={"year": "2025", "reason": WHY}).status_code == 403
    sign_in("user")
    assert client.post(RELEASE, data={"year": "2025", "reason": ""}).status_code == 422
    assert client.post(RELEASE, data={"reason": WHY}).status_code == 422
    assert ledger.conn.execute("select count(*) as n from act").fetchone() == {"n": 0}

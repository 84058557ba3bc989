"""The pages of reasons: from a code in a mail or a log to what it means."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from exact_online.ledger import Ledger
from exact_online.reason_codes import Reason
from exact_online.reasons import cure
from tests.web.mornings import a_practice_with_open_items
from tests.web.test_morning import text_of


@pytest.fixture(autouse=True)
def morning(ledger: Ledger, sign_in: Callable[[str], None]) -> None:
    sign_in("viewer")
    a_practice_with_open_items(ledger)


def test_a_word_finds_its_reasons(client: TestClient) -> None:
    found = text_of(client, "/reasons?q=afgesloten")
    assert Reason.PERIOD_CLOSED in found
    assert Reason.NUMBER_CLASH not in found
    assert "Geen reden heeft deze woorden." in text_of(client, "/reasons?q=zzzz")


def test_a_reason_says_who_cures_it_where_and_leads_to_what_is_open(
    client: TestClient, ledger: Ledger
) -> None:
    (first, *_) = ledger.open_items.reasons()
    page = text_of(client, f"/reasons/{first}")
    who, _, where = cure(first).partition(": ")
    assert who in page
    assert where in page
    assert f'/open-items?reason={first}"' in client.get(f"/reasons/{first}").text
    assert "Er staat nu niets open om deze reden." in text_of(client, f"/reasons/{Reason.NUMBER_CLASH}")
    assert "Overnemen: " in text_of(client, f"/reasons/{Reason.ENTRY_NUMBER_IN_USE}")
    assert "Accepteren: " in text_of(client, f"/reasons/{Reason.CHANGED_IN_EXACT}")
    assert "Accepteren: " not in text_of(client, f"/reasons/{Reason.PERIOD_CLOSED}")
    assert "afgesloten voor dagboek dagboek" in text_of(client, f"/reasons/{Reason.PERIOD_CLOSED}")


def test_a_code_that_is_none_is_not_found(client: TestClient) -> None:
    answer = client.get("/reasons/no_such_code")
    assert answer.status_code == 404
    assert "Deze reden bestaat niet." in answer.text

"""Open items on pages: one cause, one item, one button, and the way back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from exact_online.ledger import Ledger
from tests.ledger_cases import book, differ, entry, open_run, plan, register, rejection, states

BLOCKED = '{"account": "8310", "use_nl": "omzet", "use_en": "revenue"}'
REASON = {"reason": "afgesproken met de accountant"}


def blocked(number: int, cents: int = 2500) -> dict[str, object]:
    return {**rejection(number, "gl_account_blocked", BLOCKED), "total_cents": cents}


@pytest.fixture(autouse=True)
def practices(ledger: Ledger, sign_in: Callable[[str], None]) -> None:
    """Account 8310 is blocked in two practices; one has an invoice without lines as well."""
    sign_in("user")
    for code, number in (("noord", 100), ("zuid", 200)):
        register(ledger, code)
        plan(ledger, open_run(ledger, code), [blocked(number + each) for each in range(3)])
    plan(ledger, open_run(ledger, "zuid"), [rejection(999)])


def cause_of(client: TestClient, words: str) -> str:
    """The address of the cause whose sentence has these words."""
    page = client.get("/open-items").text
    (found,) = re.findall(rf'href="(/open-items/[^"]+)">[^<]*{words}', page)
    return str(found)


def test_one_item_per_cause_with_sentence_cure_who_and_euros(client: TestClient) -> None:
    page = client.get("/open-items").text
    assert "2 oorzaken" in page
    assert "Rekening &#39;8310&#39; (omzet) is in Exact geblokkeerd." in page
    assert "2 praktijken, 6 records" in page
    assert "150,00" in page
    assert "accountant: Exact" in page
    english = client.get("/open-items", headers={"accept-language": "en"}).text
    assert "blocked in Exact" in english


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"who": "practice"}, 1),
        ({"who": "accountant"}, 1),
        ({"who": "support"}, 0),
        ({"reason": "gl_account_blocked"}, 1),
        ({"practice": "noord"}, 1),
        ({"q": "zui"}, 2),
        ({"q": "%"}, 0),
        ({"order": "age"}, 2),
    ],
)
def test_filters(client: TestClient, asked: dict[str, str], count: int) -> None:
    page = client.get("/open-items", params=asked).text
    assert page.count('<th scope="row">') == count
    assert ("Er staat niets open dat hieraan voldoet." in page) == (count == 0)


def test_an_act_on_a_cause_is_done_in_each_practice_and_taken_back_by_one_button(
    client: TestClient, ledger: Ledger
) -> None:
    cause = cause_of(client, "8310")
    answer = client.post(f"{cause}/act", data={"act": "close", "scope": "cause", **REASON})
    done = answer.headers["location"]
    page = client.get(done).text
    assert "Bij 6 records is dit gedaan." in page
    assert set(states(ledger, "noord").values()) == {"closed"}
    assert states(ledger, "zuid")["factuur:999"] == "rejected"
    acts = ledger.conn.execute("select acted_by, reason, together::text from exact_sync.act").fetchall()
    assert {(act["acted_by"], act["reason"]) for act in acts} == {("user", REASON["reason"])}
    assert len({act["together"] for act in acts}) == 1
    assert client.get(cause).status_code == 404
    back = client.post(f"{done}/take-back", data={"reason": "toch niet"})
    assert back.status_code == 303
    assert set(states(ledger, "noord").values()) == {"rejected"}
    assert "Terugnemen</summary>" not in client.get(done).text


def test_an_act_on_one_record_and_on_all_of_one_practice(client: TestClient, ledger: Ledger) -> None:
    cause = cause_of(client, "8310")
    one = {"act": "close", "scope": "record", "practice": "noord", "subject": "factuur:101", **REASON}
    client.post(f"{cause}/act", data=one)
    assert [key for key, state in states(ledger, "noord").items() if state == "closed"] == ["factuur:101"]
    client.post(f"{cause}/act", data={"act": "close", "scope": "reason", "practice": "noord", **REASON})
    assert set(states(ledger, "noord").values()) == {"closed"}
    assert "closed" not in states(ledger, "zuid").values()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"act": "close", "scope": "cause"}, 422),
        ({"act": "erase", "scope": "cause", **REASON}, 422),
        ({"act": "close", "scope": "record", **REASON}, 422),
        ({"act": "adopt", "scope": "cause", **REASON}, 409),
    ],
    ids=["no reason", "no such act", "no record", "not for this reason"],
)
def test_what_is_wrong_is_said_and_nothing_is_done(
    client: TestClient, ledger: Ledger, fields: dict[str, str], status: int
) -> None:
    answer = client.post(f"{cause_of(client, '8310')}/act", data=fields)
    assert answer.status_code == status
    assert "closed" not in states(ledger, "noord").values()


def test_while_a_night_writes_for_a_practice_it_is_left_alone(client: TestClient, ledger: Ledger) -> None:
    cause = cause_of(client, "8310")
    with ledger.holding("noord"):
        answer = client.post(f"{cause}/act", data={"act": "close", "scope": "cause", **REASON})
    page = client.get(answer.headers["location"]).text
    assert "Bij 3 records is dit gedaan." in page
    assert "3 records bleven zoals zij waren" in page
    assert "closed" not in states(ledger, "noord").values()


def test_a_difference_is_an_item_and_is_accepted(client: TestClient, ledger: Ledger) -> None:
    run = open_run(ledger, "noord", "second")
    plan(ledger, run, [entry(1)])
    differ(ledger, run, 1, book(ledger, run, 1))
    cause = cause_of(client, "Factuur 1 ")
    assert "Sluiten</strong>" not in client.get(cause).text
    client.post(f"{cause}/act", data={"act": "accept", "scope": "cause", **REASON})
    (row,) = ledger.differences.open("noord")
    assert row.accepted_by == "user"


def test_a_viewer_sees_no_buttons(client: TestClient, sign_in: Callable[[str], None]) -> None:
    cause = cause_of(client, "8310")
    assert "<form method" in client.get(cause).text
    sign_in("viewer")
    page = client.get(f"{cause}?practice=noord&subject=factuur:100").text
    assert "factuur:100" in page
    assert "<form method" not in page
    assert "would-it-work" not in page


def test_nothing_open_and_no_such_acts(client: TestClient, ledger: Ledger) -> None:
    ledger.conn.execute(
        "update exact_sync.booking set state = 'closed', moved_in_run = run_id where state = 'rejected'"
    )
    assert "Er staat niets open: alles is geboekt" in client.get("/open-items").text
    for address in ("/acts/1", "/acts/00000000-0000-0000-0000-000000000000", "/open-items/none"):
        assert client.get(address).status_code == 404

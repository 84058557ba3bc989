"""The pages that are read in the morning: numbers as SQL has them, and from red to the cause."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from html import unescape

import pytest
from fastapi.testclient import TestClient

from exact_online.ledger import EventKind, Ledger
from exact_online.reasons import cure, explain
from tests.web.mornings import (
    BLOCKED,
    GOOD,
    NAME,
    OPEN,
    RED,
    a_good_practice,
    a_practice_with_open_items,
    a_red_practice,
)

COPIED = "practice, kind, state, run_id, moved_in_run, settings_version, fingerprint, payload, debtor_number"
COPY = "practice, kind, 'planned', run_id, run_id, 1, 'other', '{}', debtor_number"
"""Another planned booking like one that there is."""
HERE = f"/practices/{OPEN}"


@pytest.fixture(autouse=True)
def morning(ledger: Ledger, sign_in: Callable[[str], None]) -> None:
    sign_in("viewer")
    a_good_practice(ledger)
    a_red_practice(ledger)
    a_practice_with_open_items(ledger)


def text_of(client: TestClient, address: str) -> str:
    """What somebody reads on a page, blanks joined."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.text)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def cents(text: str) -> int:
    """The euros that a page writes in Dutch."""
    return int(re.sub(r"[^\d-]", "", text))


def sql(ledger: Ledger, question: str, *values: object) -> int:
    row = ledger.conn.execute(f"select coalesce(({question}), 0)::bigint as found", list(values)).fetchone()
    assert row is not None
    return int(row["found"])


def copy_of_13(ledger: Ledger, columns: str, values: str, times: int = 1) -> None:
    """Planned bookings like that of invoice 13, with these columns otherwise."""
    copied = (
        "practice, kind, state, run_id, moved_in_run, settings_version, fingerprint, payload, debtor_number"
    )
    copy = "practice, kind, 'planned', run_id, run_id, 1, 'other', '{}', debtor_number"
    ledger.conn.execute(
        f"insert into booking ({columns}, {copied}) select {values}, {copy} "  # noqa: S608 - our own words
        "from booking, generate_series(1, %s) as n where practice = %s and source_key = 'factuur:13'",
        [times, OPEN],
    )


def test_the_three_figures_of_the_fleet_are_those_of_the_ledger(client: TestClient, ledger: Ledger) -> None:
    """Each from its own plain question, not from the view that the page reads."""
    last = (
        "select sum((l.numbers ->> %s)::bigint) from (select distinct on (practice) numbers from run"
        " where numbers is not null order by practice, started_at desc) as l"
    )
    of = {
        name: sql(ledger, last, f"{name}_cents") for name in ("james", "ledger", "exact", "exported", "open")
    }
    gap = "select sum(abs(james_cents - exact_cents)) from difference where ended_at is null and cause "
    explained = sql(ledger, f"{gap} <> 'unexplained'")
    unexplained = sql(ledger, f"{gap} = 'unexplained'")
    assert (of["james"], explained, unexplained) == (8200, 100, 300)

    found = [cents(each) for each in re.findall(r'class="euros">([^<]+)<', client.get("/").text)]
    assert found == [of["ledger"] + of["exported"] + of["open"], of["exact"], explained]
    page = text_of(client, "/")
    assert "€\xa082,00 in James".replace("\xa0", " ") in page.replace("\xa0", " ")
    assert "€ 2,00 verschil" in page
    assert "€ 3,00 onverklaard" in page


def test_the_list_says_who_needs_a_person_first_and_what_is_open(client: TestClient, ledger: Ledger) -> None:
    order = re.findall(r'<th scope="row"><a href="[^"]*/practices/(\w+)"', client.get("/").text)
    assert order[:1] == [RED]
    assert set(order) == {RED, OPEN, GOOD}
    by_code = {row.code: row for row in ledger.fleet.search("")}
    rejected = sql(
        ledger, "select count(*) from current_booking where practice = %s and state = 'rejected'", OPEN
    )
    assert by_code[OPEN].open_items == rejected + 1  # and the invoice that differs in Exact
    assert by_code[OPEN].open_day == by_code[OPEN].open_items
    assert by_code[OPEN].waiting == 2  # the invoice and the debtor that are planned
    assert by_code[OPEN].last_night_cents == 1100
    assert by_code[RED].need == "link_broken"


def test_open_items_age(ledger: Ledger) -> None:
    ledger.conn.execute(
        "update booking set open_since = now() - interval '8 days' where practice = %s and source_key = %s",
        [OPEN, "factuur:13"],
    )
    ledger.conn.execute(
        "update difference set since = now() - interval '31 days' where practice = %s", [OPEN]
    )
    status = ledger.fleet.status(OPEN)
    assert status is not None
    assert (status.open_day, status.open_week, status.open_month, status.open_older) == (1, 0, 1, 1)


def test_a_rejection_that_a_newer_version_followed_is_open_no_more(ledger: Ledger) -> None:
    copy_of_13(ledger, "version, source_key", "version + 1, source_key")
    status = ledger.fleet.status(OPEN)
    assert status is not None
    assert status.open_items == 2


def test_from_a_red_practice_to_the_cause_in_two_clicks(client: TestClient) -> None:
    """The practice of the list; there the sentence stands, and a link to the run or the cause."""
    page = text_of(client, f"/practices/{RED}")
    assert "De koppeling met Exact is verbroken." in page
    assert "De nacht van 22-11-2026 mislukte." in page
    assert "alarm Geen factuur verklaart" in page
    assert "nbekend" not in page

    page = client.get(HERE)
    assert explain("gl_account_blocked", BLOCKED) in unescape(page.text)
    assert cure("gl_account_blocked") in unescape(page.text)
    (cause,) = re.findall(r'href="([^"]*/open-items/gl_account_blocked-[^"]*)"', page.text)
    listed = client.get(cause.removeprefix("/exact-online")).text
    assert ("factuur:13" in listed, "factuur:14" in listed, "factuur:11" in listed) == (True, True, False)
    assert f"/open-items?practice={OPEN}" in page.text


@pytest.mark.parametrize(
    ("number", "found"),
    [("11", "factuur:11"), ("D77", "factuur:12"), ("1001", "debiteur:1001"), ("factuur:13", "factuur:13")],
    ids=["entry number", "claim", "debtor", "record"],
)
def test_a_booking_is_found_by_each_of_its_numbers(client: TestClient, number: str, found: str) -> None:
    page = client.get(f"{HERE}/bookings", params={"q": number})
    assert found in page.text
    assert NAME not in page.text


@pytest.mark.parametrize("number", ["1", "%", "99999999999999999999", "', '"])
def test_a_number_that_nothing_has(client: TestClient, number: str) -> None:
    assert "Geen boeking heeft dit." in client.get(f"{HERE}/bookings", params={"q": number}).text


def test_bookings_go_on_page_after_page(client: TestClient, ledger: Ledger) -> None:
    """By the last booking of the page, so that one that comes in between shifts nothing."""
    copy_of_13(ledger, "source_key", "'factuur:9' || n", 60)
    address, seen = f"{HERE}/bookings", []
    while address:
        page = client.get(address).text
        seen += re.findall(r'<th scope="row"><a href="[^"]*/bookings/(\d+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"{HERE}/bookings{unescape(following[1])}" if following else ""
    all_of_it = sql(ledger, "select count(*) from current_booking where practice = %s", OPEN)
    assert len(seen) == len(set(seen)) == all_of_it == 66


def test_one_booking_tells_its_whole_history(client: TestClient, ledger: Ledger) -> None:
    booked = sql(ledger, "select booking_id from booking where practice = %s and entry_number = 11", OPEN)
    page = text_of(client, f"{HERE}/bookings/{booked}")
    for words in (
        "gepland > wordt verstuurd",
        "wordt verstuurd > geboekt",
        "22-11-2026",
        "00000000-0000-0000",
    ):
        assert words in page
    moved_by = ledger.conn.execute("select moved_by from booking_history limit 1").fetchone()
    assert moved_by is not None
    assert moved_by["moved_by"] in page
    assert "10,00" in page  # what Exact has, in the sentence of the difference
    assert "nbekend" not in page
    rejected = sql(
        ledger, "select booking_id from booking where practice = %s and source_key = 'factuur:13'", OPEN
    )
    assert "8310" in text_of(client, f"{HERE}/bookings/{rejected}")
    assert client.get(f"/practices/{GOOD}/bookings/{rejected}").status_code == 404


def test_who_a_debtor_is_is_written_down_before_it_is_shown(
    client: TestClient, ledger: Ledger, sign_in: Callable[[str], None]
) -> None:
    assert client.get(f"{HERE}/debtors/1001").status_code == 403
    sign_in("user")
    assert NAME in text_of(client, f"{HERE}/debtors/1001")
    assert client.get(f"{HERE}/debtors/9").status_code == 404
    looked = ledger.conn.execute("select practice, who, subject from access_log").fetchall()
    assert looked == [{"practice": OPEN, "who": "user", "subject": "debiteur:1001"}]
    for address in ("", "/nights", "/bookings", "/workbooks", "/log"):
        assert NAME not in client.get(HERE + address).text


def test_a_workbook_is_given_to_support_and_that_is_written_down(
    client: TestClient, ledger: Ledger, sign_in: Callable[[str], None]
) -> None:
    (file,) = ledger.practice_pages.workbooks(OPEN)
    address = f"{HERE}/workbooks/{file.export_id}"
    assert address not in client.get(f"{HERE}/workbooks").text
    assert client.get(address).status_code == 403
    sign_in("user")
    assert address in client.get(f"{HERE}/workbooks").text
    answer = client.get(address)
    assert (answer.content, answer.headers["cache-control"]) == (b"PK", "no-store")
    assert "verkoopboek.xlsx" in answer.headers["content-disposition"]
    looked = ledger.conn.execute("select who, subject from access_log").fetchall()
    assert looked == [{"who": "user", "subject": "werkmap:verkoopboek.xlsx"}]
    assert client.get(f"/practices/{GOOD}/workbooks/{file.export_id}").status_code == 404


def test_the_nights_and_the_log(client: TestClient, ledger: Ledger) -> None:
    page = text_of(client, f"{HERE}/nights")
    assert "€ 11,00" in page.replace("\xa0", " ")
    assert "geen cijfers" in text_of(client, f"/practices/{RED}/nights")
    ledger.events.note(OPEN, "Ruben", EventKind.ACTIVATED)
    page = text_of(client, f"{HERE}/log")
    assert page.index("Ruben Aangezet") < page.index(
        "Sanne de Boer Verschil geaccepteerd factuur:9 afgesproken"
    )


def test_a_whole_hand_over_is_given_as_one_file(
    client: TestClient, ledger: Ledger, sign_in: Callable[[str], None]
) -> None:
    sign_in("user")
    (file,) = ledger.exports.files(OPEN)
    page = client.get(f"/practices/{OPEN}/workbooks").text
    assert file.file_name in page
    got = client.get(f"/practices/{OPEN}/hand-overs/{file.set_id}")
    with zipfile.ZipFile(io.BytesIO(got.content)) as package:
        assert {name: package.read(name) for name in package.namelist()} == {"verkoopboek.xlsx": b"PK"}
    assert client.get(f"/practices/{GOOD}/hand-overs/{file.set_id}").status_code == 404
    assert client.get(f"/practices/{OPEN}/hand-overs/nothing").status_code == 404
    (noted,) = ledger.conn.execute("select subject from access_log where practice = %s", [OPEN]).fetchall()
    assert noted["subject"] == f"overdracht:{file.set_id}"

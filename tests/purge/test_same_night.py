"""A night after a purge is the night that it would have been (B7): byte for byte the same calls."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import requests

from dev.demo.practices import settings_document
from exact_online.ledger import DebtorDocument, NightNumbers
from exact_online.ledger.relations import PURGED
from tests.link.small import BOOK_DAY, Place, SmallLink
from tests.purge.moments import count, now_of, purge_after
from tests.stage import Outcome

IBAN, OTHER_IBAN = "NL91ABNA0417164300", "NL20INGB0001234567"
TEXTS = ("Jansen", "9711 AA", "9711AA", "Groningen", IBAN, "Stationer", "MEVR")
"""What is known of people in a small James; an id of Exact may hold any four digits by chance."""
GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
NEW_ACCOUNT = {"8010": "8011"}


def record_calls(link: SmallLink) -> list[str]:
    """Return a list that gets each call that writes, as it goes over the wire."""
    calls: list[str] = []
    send = link.wire.send

    def listening(request: requests.PreparedRequest, **more: Any) -> requests.Response:
        if request.method != "GET" and "oauth2" not in (request.url or ""):
            body = request.body or b""
            text = body.decode() if isinstance(body, bytes) else body
            calls.append(f"{request.method} {request.url} {text}")
        return send(request, **more)

    link.wire.send = listening  # type: ignore[method-assign]
    return calls


def without_ids(calls: list[str]) -> list[str]:
    """The calls with Exact's ids numbered in the order in which they are first met."""
    met: dict[str, int] = {}
    return [GUID.sub(lambda id_: f"<{met.setdefault(id_[0], len(met))}>", call) for call in calls]


def first_night(link: SmallLink) -> None:
    """Three debtors, one of them rejected; booked, rejected and PIN invoices."""
    link.division.add("Accounts", {"Code": "1003".rjust(18), "Name": "Stationer BV", "Status": "C"})
    link.james.debtor("1001", condition="INCASSO", iban=IBAN)
    for number in ("1002", "1003", "1004"):
        link.james.debtor(number)
    link.james.invoice(2600001, "1001", (5000, 0, "tariff"))
    link.james.invoice(2600002, "1002", (1000, 17, "tariff"))
    link.james.invoice(2600003, "1003")
    link.james.invoice(2600004, "1002", condition="PIN")
    link.night()
    link.james.rename("1004", "Jansen-de Boer")
    link.night()


def people_act(link: SmallLink) -> None:
    """James and the settings change: debtors, a cured invoice, a moved one, a credit, a new one."""
    link.james.rename("1001", "De Vries")
    conn = link.james.conn
    conn.execute("update james.debiteur set iban = %s where debiteurnummer = '1001'", [OTHER_IBAN])
    conn.execute("update james.debiteur set plaats = '', geslacht = 'M' where debiteurnummer = '1002'")
    conn.execute(
        "update james.debiteur set naam = 'Pietersen', achternaam = 'Pietersen', voorletters = 'Q.'"
        " where debiteurnummer = '1004'"
    )
    link.james.correct(2600002, (1000, 21, "tariff"))
    link.james.correct(2600004, (1200, 0, "tariff"))
    document = settings_document(link.practice)
    for row in document["revenue_accounts"]:
        row["account"] = NEW_ACCOUNT.get(row["account"], row["account"])
    link.ledger.practices.save_settings(link.practice.code, document, changed_by="test")
    link.james.invoice(2600005, "1001", (-5000, 0, "tariff"), credits=2600001)
    link.james.invoice(2600006, "1002", (2500, 0, "tariff"))


def second_night(link: SmallLink) -> tuple[list[str], Outcome]:
    calls = record_calls(link)
    outcome = link.night(book_day=BOOK_DAY + dt.timedelta(days=16))
    return without_ids(calls), outcome


@pytest.fixture
def plain_and_purged(small_place: Place) -> list[tuple[SmallLink, list[str], Outcome]]:
    """The same second night, without and with a purge before it."""
    return [walked(small_place, days) for days in (None, 16)]


def walked(place: Place, purged_after: float | None) -> tuple[SmallLink, list[str], Outcome]:
    link = SmallLink(place)
    first_night(link)
    people_act(link)
    if purged_after is not None:
        purge_after(link, purged_after)
        assert personal_texts(link) <= {"booking", "exact_relation"}
    calls, outcome = second_night(link)
    link.die()
    return link, calls, outcome


def personal_texts(link: SmallLink) -> set[str]:
    """Tables with a text about somebody."""
    tables = [
        row["tablename"]
        for row in link.ledger.conn.execute("select tablename from pg_tables where schemaname = 'exact_sync'")
    ]
    return {
        table
        for table in tables
        if any(count(link, f"{table} as t where t::text like '%{text}%'") for text in TEXTS)
    }


def test_the_same_calls_the_same_numbers_and_the_same_items(
    plain_and_purged: list[tuple[SmallLink, list[str], Outcome]],
) -> None:
    """FR-K18, B7: what the engine needs of a payload later outlives the purge."""
    (_, plain, before), (_, purged, after) = plain_and_purged
    assert len(plain) > 5
    assert plain == purged
    assert said(before) == said(after)
    assert sum('"LastName":"De Vries"' in call for call in plain) == 1


def said(outcome: Outcome) -> tuple[NightNumbers | None, list[tuple[object, ...]]]:
    return outcome.numbers, [(item.source_key, item.state, item.reason) for item in outcome.items]


def test_a_debtor_that_is_another_person_is_seen_after_a_purge(link: SmallLink) -> None:
    """FR-F5: last name and all that he is called by are other than what was sent."""
    first_night(link)
    purge_after(link, 16)
    people_act(link)
    link.night()
    assert link.reasons()["debiteur:1004"] == "debtor_identity_changed"


def test_nothing_is_left_to_read_of_who_was_booked(link: SmallLink) -> None:
    """B7: only the debtor that is rejected, and Exact's own relations as Exact has them."""
    first_night(link)
    purge_after(link, 16)
    kept = link.ledger.conn.execute("select source_key from booking where payload like '%account%'")
    assert {row["source_key"] for row in kept} == {"debiteur:1003"}
    assert personal_texts(link) == {"booking", "exact_relation"}
    assert count(link, "booking where kind <> 'debtor' and payload is null and state = 'booked'") == 0


def test_a_second_purge_removes_nothing(link: SmallLink) -> None:
    first_night(link)
    first, second = purge_after(link, 16), purge_after(link, 16)
    assert (first.rows["verstuurd"], first.is_complete, second.rows.total()) == (4, True, 0)


def test_a_purge_that_has_no_time_left_goes_on_the_next_day(link: SmallLink) -> None:
    first_night(link)
    purged = purge_after(link, 16, longest=dt.timedelta(0))
    assert (purged.rows.total(), purged.is_complete) == (0, False)
    assert purge_after(link, 17, rows=2).is_complete
    assert count(link, "staged_debtor") == 0


def test_what_a_night_has_locked_is_left_alone(link: SmallLink) -> None:
    """The purge waits for nobody, and nobody for it."""
    first_night(link)
    other = link.new_ledger()
    with other.holding(link.practice.code), other.transaction("a night"):
        other.conn.execute("select 1 from booking where source_key = 'debiteur:1001' for update")
        purge_after(link, 16)
    other.conn.close()
    left = link.ledger.conn.execute("select source_key from booking where payload like '%LastName%'")
    assert {row["source_key"] for row in left} == {"debiteur:1001", "debiteur:1003"}


def test_a_run_that_reads_james_again_keeps_what_it_read_for_its_term(link: SmallLink) -> None:
    """A night of long ago is cleared: its rows count from when they were read."""
    first_night(link)
    link.ledger.conn.execute("update run set started_at = started_at - interval '30 days'")
    purge_after(link, 13)
    assert count(link, "staged_debtor") > 0


def test_the_loader_knows_a_purged_debtor_by_what_it_would_send_now() -> None:
    """A field that James has no more is one that differs."""
    document = DebtorDocument({"Name": "A"}, None, None)
    before = DebtorDocument.from_fingerprints(
        {"salt": "s", "account": {"Name": "0", "City": "0"}, "contact": None, "bank_account": None}, document
    )
    assert before == DebtorDocument({"Name": PURGED, "City": PURGED}, None, None)


def test_the_moments_of_a_purge_are_the_ledgers(link: SmallLink) -> None:
    assert abs((now_of(link) - dt.datetime.now(dt.UTC)).total_seconds()) < 60

"""The four decisions: what each says before it is made, and what it does in whose name."""

from __future__ import annotations

import datetime as dt
from typing import Any

import psycopg
import pytest
from airflow.sdk.exceptions import AirflowSkipException

from exact_online.failures import NeedsPerson, NotReady
from exact_online.ledger import Ledger
from exact_online.tasks.decisions import Asked, act, decide, explain, question
from tests.ledger_cases import book, entry, open_run, plan, register, rejection, states

PRACTICE = "zuid"
TODAY = dt.date(2026, 11, 26)
FORM = {"practice": PRACTICE, "decision": "release_period", "reason": "akkoord van de accountant",
        "period": None, "link_date": None, "first_day": None, "backfill": "nothing"}  # fmt: skip


def asked(**changes: Any) -> Asked:
    return Asked.of_params({**FORM, **changes})


def answer(chosen: str = "Uitvoeren", name: str | None = "sanne", remark: str = "") -> dict[str, Any]:
    """What Airflow gives for an answer; without a name for one that did not come in time."""
    user = {"id": name, "name": name} if name else None
    return {"chosen_options": [chosen], "params_input": {"remark": remark}, "responded_by_user": user}


@pytest.fixture(autouse=True)
def practice(ledger: Ledger, james_connection: None) -> None:
    """Two invoices that Exact rejected for a closed period, and one for a blocked account."""
    register(ledger, PRACTICE, 901)
    run = open_run(ledger, PRACTICE)
    closed = '{"period": "9", "year": "2026", "journal": "70"}'
    plan(ledger, run, [{**rejection(n, "period_closed", closed), "total_cents": 2500} for n in (1, 2)])
    plan(ledger, run, [rejection(3, "gl_account_blocked")])
    ledger.conn.execute(
        "update booking set financial_year = 2026, financial_period = 8 + booking_id %% 2, "
        "rejected_under = 'as it was', rejected_times = 1 where practice = %s and reason = 'period_closed'",
        [PRACTICE],
    )


def released(ledger: Ledger) -> int:
    row = ledger.conn.execute(
        "select count(*) as n from booking where state = 'rejected' and rejected_under is null"
        " and reason = 'period_closed'"
    ).fetchone()
    assert row is not None
    return int(row["n"])


def acts(ledger: Ledger) -> list[tuple[str, str, str]]:
    rows = ledger.conn.execute("select act, acted_by, reason from act order by act_id").fetchall()
    return [(row["act"], row["acted_by"], row["reason"]) for row in rows]


def test_a_closed_period_is_explained_and_released(ledger: Ledger) -> None:
    found = explain(FORM, TODAY)
    assert found["subject"] == f"Praktijk {PRACTICE}: alle gesloten perioden opnieuw proberen?"
    assert "2 facturen, samen 50,00 euro, wachten" in found["body"]
    assert FORM["reason"] in found["body"]
    assert released(ledger) == 0
    one = {**FORM, "period": "2026-8"}
    assert "1 facturen, samen 25,00 euro" in explain(one, TODAY)["body"]
    assert act(one, answer(remark="na overleg")) is False
    assert released(ledger) == 1
    assert acts(ledger) == [("release_period", "sanne", "akkoord van de accountant (na overleg)")]


@pytest.mark.parametrize(
    "given", [answer("Niet uitvoeren"), answer("Niet uitvoeren", None), answer(name=None)]
)
def test_without_a_yes_and_a_name_nothing_is_done(ledger: Ledger, given: dict[str, Any]) -> None:
    with pytest.raises(AirflowSkipException, match="Niet uitgevoerd"):
        act(FORM, given)
    assert (released(ledger), acts(ledger)) == (0, [])


def test_relations_are_adopted_with_the_invoices_that_wait_for_them(
    ledger: Ledger, james_connection: None
) -> None:
    run = open_run(ledger, PRACTICE, "later")
    debtor = {**rejection(1001, "relation_to_confirm", '{"debtor": "1001"}'), "kind": "debtor"}
    plan(ledger, run, [{**debtor, "source_key": "debiteur:1001"}, entry(11, 3000), entry(12, 1000)])
    for batch in ledger.planning.batches(PRACTICE, 100):
        ledger.bookings.hold_what_must_wait(run, batch, frozenset())
    body = explain({**FORM, "decision": "adopt_relations"}, TODAY)["body"]
    assert "1 relaties in Exact lijken op een debiteur" in body
    assert "2 facturen, samen 40,00 euro, wachten op deze debiteuren" in body


def test_a_ledger_is_rebuilt_by_a_night_that_starts_at_once(ledger: Ledger) -> None:
    run = open_run(ledger, PRACTICE, "later")
    plan(ledger, run, [entry(11, 3000)])
    ours = book(ledger, run, 11)
    ledger.conn.execute(
        "insert into exact_line (practice, line_id, entry_id, journal, financial_year, financial_period,"
        " entry_number, entry_date, gl_account, cents) select %(practice)s, gen_random_uuid(), l.entry,"
        " '70', 2026, 11,"
        " l.n, '2026-11-20', '1300', l.cents from (values (%(ours)s::uuid, 11, 3000),"
        " (gen_random_uuid(), 12, 4500), (gen_random_uuid(), 13, -4500)) as l (entry, n, cents)",
        {"practice": PRACTICE, "ours": ours},
    )
    form = {**FORM, "decision": "rebuild_ledger"}
    assert "staan 2 boekingen die de koppeling niet kent, samen 45,00 euro" in explain(form, TODAY)["body"]
    assert act(form, answer()) is True
    assert acts(ledger) == [("rebuild_ledger", "sanne", FORM["reason"])]


def test_a_first_sync_date_is_counted_and_saved(ledger: Ledger) -> None:
    ledger.conn.execute("update practice set james_practice_code = 'noorderlicht'")
    form = {**FORM, "decision": "first_sync_date", "first_day": "2026-07-01", "backfill": "import"}
    body = explain(form, TODAY)["body"]
    assert "daarvoor:" in body
    assert "oudere facturen worden geboekt via de API" in body
    assert act(form, answer()) is False
    practice = ledger.practices.get(PRACTICE)
    assert (practice.first_sync_date, practice.backfill) == (dt.date(2026, 7, 1), "import")
    (event,) = ledger.events.latest(PRACTICE)
    assert event.who == "sanne"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"practice": "nobody"}, "nobody"),
        ({"period": "2026-12"}, "niets wacht op"),
        ({"decision": "adopt_relations"}, "geen relatie"),
        ({"decision": "first_sync_date", "first_day": "2026-12-01", "backfill": "excel"}, "koppeldatum"),
    ],
)
def test_what_can_not_be_decided_is_said_at_once(
    ledger: Ledger, demo_james_dsn: str, changes: dict[str, Any], words: str
) -> None:
    with psycopg.connect(demo_james_dsn) as james, pytest.raises(NotReady, match=words):
        question(ledger, james, asked(**changes), TODAY)
    assert states(ledger, PRACTICE)["factuur:1"] == "rejected"


def test_a_decision_waits_for_a_night_that_writes(ledger: Ledger, ledger_dsn: str) -> None:
    from exact_online.failures import LockLost
    from exact_online.ledger import connect

    with connect(ledger_dsn) as other, Ledger(other).holding(PRACTICE), pytest.raises(LockLost):
        decide(ledger, asked(), "sanne", "nu")


def test_a_decision_that_can_not_be_made_is_started_again_with_another_choice(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    """C7, decision_not_possible: nights have run, so the day of linking stays."""
    link_date = ledger.practices.get(PRACTICE).link_date
    moved = {**FORM, "decision": "first_sync_date", "first_day": "2026-08-01", "backfill": "import",
             "link_date": str(link_date + dt.timedelta(days=14))}  # fmt: skip
    with pytest.raises(NeedsPerson):
        act(moved, answer())
    lines = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert "de koppeldatum staat vast" in lines[0]
    assert "start het besluit opnieuw, met een andere keuze. [decision_not_possible]" in lines[1]
    assert ledger.practices.get(PRACTICE).link_date == link_date
    act({**moved, "link_date": str(link_date)}, answer())
    after = ledger.practices.get(PRACTICE)
    assert (after.link_date, after.first_sync_date, after.backfill) == (
        link_date,
        dt.date(2026, 8, 1),
        "import",
    )

"""Nothing lives a moment longer or shorter than its term, by a clock that is only told (B7).

Everything is purged daily, so what is past its term at some moment is gone within a day.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

import pytest

from exact_online.acts import close
from exact_online.acts.word import Word
from exact_online.ledger.activation import ConsentRequest
from exact_online.ledger.auditfiles import ComparedAccounts
from exact_online.retention import retention
from simulator import records
from tests.api.chains import put_chain
from tests.link.small import BOOK_DAY, SmallLink
from tests.purge.moments import count, purge_at

MOMENT = dt.timedelta(microseconds=1)
WORDS = json.dumps({"error": {"message": {"value": "Dit gaat niet met Jansen"}}})
BEFORE_LINK = dt.date(2026, 9, 15)
BOOKED, ABSENT, FOLLOWED = "debiteur:1001", "debiteur:1003", "debiteur:1004"


@dataclass(frozen=True)
class Case:
    """One kind of thing that goes: its term, since when it counts, and what is left of it."""

    term: str
    since: str
    left: str

    def __str__(self) -> str:
        return self.left.partition(" where")[0].replace(" ", "_")


OLDER = "(select min(booking_id) from booking where source_key = 'debiteur:1004')"
STAGED = "(select run_id from run where airflow_run_id = 'last')"
LAST_READ = "select read_at as at from run where airflow_run_id = 'last'"
CASES = [
    *(
        Case("ingelezen", LAST_READ, f"{table} where run_id = {STAGED}")
        for table in ("staged_debtor", "staged_invoice", "staged_invoice_line")
    ),
    Case(
        "verstuurd",
        "select booked_at as at from booking where source_key = 'debiteur:1001' and state = 'booked'",
        f"booking where source_key = '{BOOKED}' and payload is not null",
    ),
    Case(
        "verstuurd",
        "select planned_at as at from current_booking where source_key = 'debiteur:1004'",
        f"booking where booking_id = {OLDER} and payload is not null",
    ),
    Case(
        "verstuurd",
        "select max(h.at) as at from booking_history as h inner join booking as b using (booking_id)"
        " where b.source_key = 'debiteur:1003'",
        f"booking where source_key = '{ABSENT}' and payload is not null",
    ),
    Case(
        "antwoord",
        "select max(h.at) as at from booking_history as h inner join booking as b using (booking_id)"
        " where b.source_key = 'factuur:2600002'",
        "booking where source_key = 'factuur:2600002' and exact_message is not null",
    ),
    Case("werkmap", "select max(created_at) as at from export_file", "export_file where content is not null"),
    Case(
        "verwijderde_relatie",
        "select clock_timestamp() as at",
        "exact_relation where deleted and (name <> '' or postcode is not null)",
    ),
    *(
        Case("vergelijking", "select max(made_at) as at from auditfile_comparison", table)
        for table in ("auditfile_comparison", "auditfile_finding")
    ),
    Case("toegang", "select max(at) as at from access_log", "access_log"),
    Case(
        "koppeling",
        "select issued_at as at from token_chain where exact_user_name = 'A. Tester'",
        "token_chain where exact_user_name = 'A. Tester'",
    ),
    Case("koppeling", "select max(issued_at) as at from token_chain", "given_consent"),
    Case("activering", "select expires_at as at from activation_link", "activation_link"),
    Case("activering", "select expires_at as at from consent_request", "consent_request"),
    Case("activering", "select counted_from as at from request_count", "request_count"),
    Case("mail", "select made_at as at from mail", "mail"),
    Case("mail", "select noted_at as at from night_failure", "night_failure"),
    Case("mail", "select ended_at as at from outage", "outage"),
    Case("mail", "select ended_at as at from outage", "outage_practice"),
]


def words(link: SmallLink, endpoint: str, text: str) -> None:
    link.world.faults.add(
        "status", endpoint=endpoint, method="POST", containing=text, times=None, status=500, body=WORDS
    )


@pytest.fixture
def of_all_kinds(link: SmallLink) -> SmallLink:
    """Something of every kind that goes."""
    for number in ("1001", "1002", "1003", "1004"):
        link.james.debtor(number)
    link.james.invoice(2600001, "1001")
    link.james.invoice(2600002, "1001")
    link.james.invoice(2600003, "1001", day=BEFORE_LINK)
    words(link, "salesentry/SalesEntries", '"EntryNumber":2600002')
    for number in ("1003", "1004"):
        words(link, "crm/Accounts", number.rjust(18))
    link.night(backfill="excel")
    link.night()
    link.james.rename("1004", "Pietersen")
    link.james.conn.execute("delete from james.debiteur where debiteurnummer = '1003'")
    with link.world.lock:
        records.remove(link.division, "Accounts", link.division.relation("1002"), None)
    link.james.conn.execute("delete from james.debiteur where debiteurnummer = '1002'")
    link.night("last")
    close(link.ledger, Word(link.practice.code, "Anna", "test"), "factuur:2600002")
    link.ledger.events.note_access(link.practice.code, "Anna", BOOKED)
    compared_with_an_empty_division(link)
    chain_id = put_chain(link.place.ledger_dsn, dt.datetime.now(dt.UTC))
    on_the_way(link, chain_id)
    told(link)
    return link


def compared_with_an_empty_division(link: SmallLink) -> None:
    """A comparison with an auditfile, in which everything is missing."""
    accounts = ComparedAccounts({}, (), (), ())
    header = {"first_day": "2026-01-01", "last_day": "2026-12-31", "created": "2199-01-01"}
    with link.ledger.transaction("auditfile"):
        link.ledger.auditfiles.read_in([("70", "1", 1, "8000", 0, None, None, None, None)])
        link.ledger.auditfiles.compare(
            link.practice.code, "Anna", accounts, header=header, sha256="0" * 64, journals=()
        )


def on_the_way(link: SmallLink, chain_id: str) -> None:
    """A link that was mailed, a consent under way, one that was given, and a counted request."""
    activation, day = link.ledger.activation, dt.timedelta(days=1)
    link_id = activation.make_link(link.practice.code, "A. Tester", "a@kantoor.example", "Anna", day)
    request = ConsentRequest("link", link.practice.code, None, link_id, "A. Tester", framed=False)
    activation.open_request(request, "state", "browser", dt.timedelta(minutes=10))
    activation.keep_given(link.practice.code, chain_id, "A. Tester", [])
    activation.count_request("subject", dt.timedelta(minutes=10))


def told(link: SmallLink) -> None:
    """A mail, a night that failed, and an outage that is over."""
    link.ledger.mails.keep("night", "subject", "text", link.practice.code, "a@kantoor.example")
    link.ledger.conn.execute(
        "insert into night_failure (practice, airflow_run_id, step, task, problems)"
        " values (%(practice)s, 'last', 'prepare', 'prepare', '[]');",
        {"practice": link.practice.code},
    )
    link.ledger.conn.execute(
        "with over as (insert into outage (shared, code, code_values, began_at, ended_at)"
        " values ('exact', 'exact_unreachable', '{}', now(), now()) returning outage_id)"
        " insert into outage_practice (outage_id, practice, airflow_run_id)"
        " select outage_id, %s, 'last' from over",
        [link.practice.code],
    )


def since(link: SmallLink, case: Case) -> dt.datetime:
    rows = link.ledger.conn.execute(case.since).fetchall()
    assert len(rows) == 1
    moment: dt.datetime = rows[0]["at"]
    return moment


@pytest.mark.parametrize("case", CASES, ids=str)
def test_it_is_kept_until_its_term_and_no_longer(of_all_kinds: SmallLink, case: Case) -> None:
    link, days = of_all_kinds, retention().termijn[case.term].dagen
    assert days is not None
    there = count(link, case.left)
    assert there > 0
    ends = since(link, case) + dt.timedelta(days=days)
    if days:
        purge_at(link, ends - MOMENT)
        assert count(link, case.left) == there
    purge_at(link, ends)
    assert count(link, case.left) == 0


def test_every_table_and_term_of_days_is_among_the_cases() -> None:
    """A term of days names tables with columns that go; each has its case."""
    gone = {(case.term, case.left.partition(" where")[0]) for case in CASES}
    named = {
        (term, table)
        for table, terms in retention().tabel.items()
        for term in terms
        if retention().termijn[term].dagen is not None
    }
    assert named - gone == {("koppeling", "token_calls")}


def test_what_is_open_is_kept_whatever_its_age(of_all_kinds: SmallLink) -> None:
    """Rejected and still in James: its content and Exact's words are for whoever cures it."""
    link = of_all_kinds
    link.ledger.conn.execute("delete from act")
    purge_at(link, dt.datetime.now(dt.UTC) + dt.timedelta(days=3000))
    open_one = f"current_booking where source_key = '{FOLLOWED}'"
    assert count(link, f"{open_one} and payload is not null and exact_message is not null") == 1


def test_a_debtor_that_was_emptied_and_is_in_james_again_is_sent_as_james_has_him(
    of_all_kinds: SmallLink,
) -> None:
    """Nothing is ever sent from an emptied row."""
    link = of_all_kinds
    purge_at(link, dt.datetime.now(dt.UTC) + dt.timedelta(days=14))
    assert count(link, f"booking where source_key = '{ABSENT}' and payload is not null") == 0
    link.world.faults.clear()
    link.james.debtor("1003", name="Jansen")
    assert link.night(book_day=BOOK_DAY + dt.timedelta(days=15)).items == []
    assert link.division.relation("1003")["Name"].startswith("Jansen 1003")


def test_a_workbook_keeps_its_facts_and_a_cleared_task_makes_no_other(of_all_kinds: SmallLink) -> None:
    """M20: what was handed over can be proven, and is not handed over again."""
    link = of_all_kinds
    (before,) = link.ledger.exports.files(link.practice.code)
    purge_at(link, before.created_at + dt.timedelta(days=90))
    assert link.night(backfill="excel").items != []
    (after,) = link.ledger.exports.files(link.practice.code)
    assert (after.content, facts(after)) == (None, facts(before))


def facts(file: Any) -> tuple[object, ...]:
    return file.file_name, file.sha256, file.invoices, file.total_cents

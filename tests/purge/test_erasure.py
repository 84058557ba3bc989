"""Erasing one debtor: nothing can be read about the person, no cent is other (B7)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from typer.testing import CliRunner

from exact_online import cli
from exact_online.acts import accept, erase, take_back
from exact_online.acts.word import Word
from exact_online.failures import NotReady
from exact_online.migrations import CONNECTION_VARIABLE
from tests.link.small import BOOK_DAY, SmallLink
from tests.load.test_doubt import book_by_hand
from tests.purge.moments import count
from tests.purge.test_same_night import IBAN, record_calls
from tests.report import hands

WORD = Word("noorderlicht", "Anna", "verzoek van 01-11-2026")
NAME = "Zonderland"
BEFORE_LINK = dt.date(2026, 9, 15)
MONEY = (
    "select source_key, version, state, entry_number, total_cents, debtor_number, exact_id, journal"
    " from booking order by booking_id",
    "select * from booking_line order by booking_id, line_number",
    "select * from booking_history order by history_id",
    "select file_name, sha256, invoices, total_cents from export_file order by file_name",
    "select practice, debtor_number, exact_id, contact_id, bank_account_id from relation order by 2",
)


@pytest.fixture
def known(link: SmallLink) -> SmallLink:
    """A debtor who is in all places where the ledger has people, and another one."""
    link.james.debtor("1001", condition="INCASSO", iban=IBAN, name=NAME)
    link.james.debtor("1002")
    link.james.invoice(2600001, "1001")
    link.james.invoice(2600002, "1002")
    link.james.invoice(2600003, "1001", day=BEFORE_LINK)
    link.night(backfill="excel")
    book_by_hand(link, 2600003)
    link.james.rename("1001", f"{NAME}-de Boer")
    link.james.correct(2600002, (1100, 0, "tariff"))
    link.night(backfill="excel")
    accept(link.ledger, Word("noorderlicht", "Anna", f"als {NAME}"), "factuur:2600002")
    accept(link.ledger, WORD, "factuur:2600003")
    return link


def rows(link: SmallLink, question: str) -> list[Any]:
    return link.ledger.conn.execute(question).fetchall()


def tables_with(link: SmallLink, text: str) -> set[str]:
    """Tables in which a text can be read; a workbook as its bytes."""
    tables = rows(link, "select tablename as name from pg_tables where schemaname = 'exact_sync'")
    found = {
        row["name"] for row in tables if count(link, f"{row['name']} as t where t::text like '%{text}%'")
    }
    kept = count(link, "export_file where content is not null and kind <> 'control'")
    return found | ({"export_file"} if kept else set())


def test_nothing_is_left_to_read_and_no_cent_is_other(known: SmallLink) -> None:
    before = [rows(known, question) for question in MONEY]
    assert tables_with(known, NAME) == {"act", "booking", "exact_relation", "export_file", "staged_debtor"}
    erased = erase(known.ledger, WORD, "debiteur:1001")
    assert tables_with(known, NAME) == {"act"}  # of somebody else's invoice
    assert tables_with(known, IBAN) == set()
    assert [rows(known, question) for question in MONEY] == before
    assert (len(erased.workbooks), erased.was_in_james) == (2, True)
    (act,) = rows(known, "select * from act where act = 'erase'")
    assert (act["subject"], act["acted_by"], act["reason"]) == ("debiteur:1001", WORD.by, WORD.reason)


def test_what_people_wrote_about_the_debtor_goes(known: SmallLink) -> None:
    """Who acted, and when, stays."""
    known.james.correct(2600001, (1200, 0, "tariff"))
    known.night()
    accept(known.ledger, Word("noorderlicht", "Piet", f"{NAME} weet ervan"), "factuur:2600001")
    erase(known.ledger, WORD, "debiteur:1001")
    (act,) = rows(known, "select * from act where subject = 'factuur:2600001'")
    assert (act["acted_by"], act["reason"]) == ("Piet", "(gewist)")


def test_the_next_night_sends_nothing_and_everything_is_even(known: SmallLink) -> None:
    """James has the card still, unchanged."""
    erase(known.ledger, WORD, "debiteur:1001")
    calls = record_calls(known)
    outcome = known.night()
    assert (calls, outcome.items) == ([], [])
    assert outcome.numbers is not None
    assert outcome.numbers.differences_new == 0


def test_a_card_that_james_made_anonymous_goes_to_exact(known: SmallLink) -> None:
    """What docs/privacy.md says: first James; the night brings it to Exact."""
    erase(known.ledger, WORD, "debiteur:1001")
    known.james.rename("1001", "Gewist")
    known.james.invoice(2600009, "1001")
    assert known.night(book_day=BOOK_DAY + dt.timedelta(days=1)).items == []
    assert known.division.relation("1001")["Name"].startswith("Gewist")
    assert len(known.entries(2600009)) == 1
    assert len([row for row in known.division["BankAccounts"] if row["BankAccount"] == IBAN]) == 1


def test_an_invoice_that_is_not_settled_is_named(known: SmallLink) -> None:
    known.james.invoice(2600004, "1001", (1000, 17, "tariff"))
    known.night()
    with pytest.raises(NotReady, match=r"debiteur:1001 can't be erased .*: factuur:2600004 \(rejected\)\."):
        erase(known.ledger, WORD, "debiteur:1001")
    assert "staged_debtor" in tables_with(known, NAME)


def test_a_difference_that_is_open_is_named(known: SmallLink) -> None:
    hands.remove(known, 2600001)
    known.night()
    with pytest.raises(NotReady, match=r"factuur:2600001 \(gone_in_exact\)"):
        erase(known.ledger, WORD, "debiteur:1001")
    accept(known.ledger, WORD, "factuur:2600001")
    assert erase(known.ledger, WORD, "debiteur:1001").act > 0


@pytest.mark.parametrize(
    ("key", "sentence"),
    [("factuur:2600001", "is not a debtor"), ("debiteur:9", "has no record 'debiteur:9'")],
)
def test_what_can_not_be_erased_is_a_sentence(known: SmallLink, key: str, sentence: str) -> None:
    with pytest.raises(NotReady, match=sentence):
        erase(known.ledger, WORD, key)


def test_it_is_not_taken_back(known: SmallLink) -> None:
    erased = erase(known.ledger, WORD, "debiteur:1001")
    with pytest.raises(NotReady, match="can't be taken back"):
        take_back(known.ledger, WORD, erased.act)


def test_the_command_says_what_is_left_to_do(known: SmallLink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONNECTION_VARIABLE, known.place.ledger_dsn)
    result = CliRunner().invoke(
        cli.app, ["erase", "noorderlicht", "debiteur:1001", "--by", "Anna", "--reason", "verzoek"]
    )
    assert result.output == (
        "Done: act 3. 2 workbook(s) were emptied.\n"
        "James had this debtor when it was last read: see docs/privacy.md for what to do there.\n"
    )

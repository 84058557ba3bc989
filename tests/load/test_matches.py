"""Relations from previous software: listed for a person's word, and not renumbered (M16)."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from typer.testing import CliRunner

from exact_online import acts, cli
from exact_online.acts.word import Word
from exact_online.failures import NotReady
from exact_online.ledger.matches import Chosen
from exact_online.migrations import CONNECTION_VARIABLE
from exact_online.night import steps as night
from exact_online.night.matching import read_matches
from tests.link.small import BOOK_DAY, SmallLink

SAME = Chosen(kind="other_number_same_name")


def word(link: SmallLink) -> Word:
    return Word(link.practice.code, "Anna Accountant", "nagelopen met de praktijk")


def stands_there(link: SmallLink, code: str, name: str, postcode: str = "9711AA", **more: Any) -> str:
    """A relation of previous software; its id."""
    row = {"Code": code.rjust(18), "Name": name, "Postcode": postcode, "Status": "C"} | more
    return str(link.division.add("Accounts", row)["ID"])


@pytest.fixture
def other_number(link: SmallLink) -> SmallLink:
    """Debtor 1001 stands in Exact under 55, as previous software called her; 1002 is new."""
    stands_there(link, "55", "Mevr. A. Jansen 1001")
    for number in ("1001", "1002"):
        link.james.debtor(number)
        link.james.invoice(int(f"260{number}"), number)
    return link


def names(link: SmallLink) -> list[str]:
    return sorted(row["Name"] for row in link.division["Accounts"] if "Jansen" in row["Name"])


def test_the_same_person_under_another_number_is_linked_without_renumbering(
    other_number: SmallLink, caplog: pytest.LogCaptureFixture
) -> None:
    """No second relation is made meanwhile; her own code stays."""
    link, caplog_level = other_number, logging.DEBUG
    with caplog.at_level(caplog_level):
        rejected = {item.source_key: item.reason for item in link.night().items}
    assert rejected == {"debiteur:1001": "relation_alike", "factuur:2601001": "debtor_not_booked"}
    assert names(link) == ["Jansen 1002, A.", "Mevr. A. Jansen 1001"]
    assert "Jansen" not in caplog.text
    act, debtors = acts.ours_alike(link.ledger, word(link), SAME)
    assert debtors == ["1001"]
    outcome = link.night()
    assert outcome.items == []
    relation = link.division.relation("55")
    assert relation["Name"] == "Jansen 1001, A."
    (entry,) = link.entries(2601001)
    assert entry["Customer"] == relation["ID"]
    assert len([row for row in link.division["Contacts"] if row["Account"] == relation["ID"]]) == 1
    kept = link.ledger.conn.execute("select act, subject, acted_by from act").fetchall()
    assert kept == [{"act": "ours", "subject": f"kind:{SAME.kind}", "acted_by": "Anna Accountant"}]
    writes = link.writes()
    assert (link.night().items, link.writes(), act) == ([], writes, 1)


def test_who_is_somebody_else_gets_a_relation_of_her_own(other_number: SmallLink) -> None:
    link = other_number
    theirs = dict(link.division.relation("55"))
    link.night()
    acts.not_ours(link.ledger, word(link), Chosen("1001"))
    assert link.night().items == []
    assert dict(link.division.relation("55")) == theirs
    assert link.division.relation("1001")["Name"] == "Jansen 1001, A."
    with pytest.raises(NotReady, match="Nothing like that"):
        acts.not_ours(link.ledger, word(link), Chosen("1001"))


def test_before_the_first_night_all_of_a_kind_are_decided(other_number: SmallLink) -> None:
    """Then the first night books everything."""
    link = other_number
    run = night.open_run(link.ledger, link.practice.code, "matches", BOOK_DAY, dry_run=True)
    read_matches(link.night_of(run), link.james_reader)
    (listed,) = link.ledger.matches.open(link.practice.code)
    assert (listed.debtor_number, listed.debtor_name, listed.code, listed.relation_name) == (
        "1001", "Jansen 1001, A.", "55", "Mevr. A. Jansen 1001",
    )  # fmt: skip
    assert (link.states(), link.writes()) == ({}, 0)
    acts.ours_alike(link.ledger, word(link), SAME)
    assert link.night().items == []
    assert link.division.relation("55")["Name"] == "Jansen 1001, A."


def test_what_looks_like_two_is_named_by_its_code(other_number: SmallLink) -> None:
    link = other_number
    stands_there(link, "56", "Jansen 1001, A.")
    link.night()
    with pytest.raises(NotReady, match="No relation is linked"):
        acts.ours_alike(link.ledger, word(link), SAME)
    acts.ours_alike(link.ledger, word(link), Chosen("1001", "56"))
    assert link.night().items == []
    (entry,) = link.entries(2601001)
    assert entry["Customer"] == link.division.relation("56")["ID"]


def test_whose_number_is_a_stationers_is_linked_under_her_own(other_number: SmallLink) -> None:
    """Nobody has to renumber the stationer."""
    link = other_number
    stands_there(link, "1001", "Kantoorhandel Pen BV")
    assert link.night().items[0].reason == "relation_alike"
    acts.ours_alike(link.ledger, word(link), SAME)
    assert link.night().items == []
    assert link.division.relation("1001")["Name"] == "Kantoorhandel Pen BV"


def test_a_debtor_whose_number_is_the_code_of_another_debtor_is_a_clash(other_number: SmallLink) -> None:
    """M15: 55 is the code of debtor 1001 now; nothing of debtor 55 goes there."""
    link = other_number
    link.night()
    acts.ours_alike(link.ledger, word(link), SAME)
    link.james.debtor("55")
    link.james.invoice(2600055, "55")
    rejected = {item.source_key: item.reason for item in link.night().items}
    assert rejected == {"debiteur:55": "number_clash", "factuur:2600055": "debtor_not_booked"}
    assert link.division.relation("55")["Name"] == "Jansen 1001, A."


@pytest.mark.parametrize("endpoint", ["crm/Accounts", "crm/Contacts"])
@pytest.mark.parametrize("kind", ["drop_before", "drop_after_commit"])
def test_a_lost_answer_about_a_linked_relation_makes_nothing_twice(
    other_number: SmallLink, endpoint: str, kind: str
) -> None:
    """FR-B2, INV-1: it is looked for by its id, since its code is not the debtor's number."""
    link = other_number
    relation = link.division.relation("55")["ID"]
    link.division.add("Contacts", {"Account": relation, "LastName": "Buurman", "FirstName": "Piet"})
    link.night()
    acts.ours_alike(link.ledger, word(link), SAME)
    link.world.faults.add(kind, endpoint=endpoint, method="PUT" if "Acc" in endpoint else "POST")
    link.night()
    link.pass_by(3600)
    assert link.night().items == []
    contacts = [row["LastName"] for row in link.division["Contacts"] if row["Account"] == relation]
    assert sorted(contacts) == ["Buurman", "Jansen 1001"]


def test_a_near_name_under_the_same_number_is_no_clash(link: SmallLink) -> None:
    stands_there(link, "1001", "Janssen 1001, A.", "9711 AA")
    link.james.debtor("1001")
    (item,) = link.night().items
    assert (item.reason, item.reason_values["code"]) == ("relation_alike", "1001")
    acts.ours_alike(link.ledger, word(link), Chosen(kind="same_number_near_name"))
    assert link.night().items == []


def test_the_same_name_written_otherwise_is_confirmed_by_the_form(link: SmallLink) -> None:
    """Once for all that are listed: the form's field, as before."""
    stands_there(link, "1001", "Mevr. A. Jansen 1001")
    link.james.debtor("1001")
    assert [item.reason for item in link.night().items] == ["relation_to_confirm"]
    night.make_ready(link.opened(), confirmed_by="Anna Accountant")
    assert link.night().items == []


def test_the_list_has_both_names_and_its_acts(
    other_number: SmallLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = other_number
    link.night()
    monkeypatch.setenv(CONNECTION_VARIABLE, link.place.ledger_dsn)

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(cli.app, list(arguments))
        return result.output if result.exit_code == 0 else str(result.exception)

    assert run("matches", "noorderlicht").splitlines() == [
        "debiteur:1001 Jansen 1001, A. | 55 Mevr. A. Jansen 1001 | other_number_same_name",
        "1 other_number_same_name.",
        "1 open.",
    ]
    by = ("--by", "Anna", "--reason", "nagelopen")
    assert "There is no kind 'x'" in run("ours", "noorderlicht", "--kind", "x", *by)
    assert "Give the key" in run("not-ours", "noorderlicht", *by)
    assert run("ours", "noorderlicht", "debiteur:1001", *by) == "Done: act 1, 1 debtor(s).\n"
    assert run("matches", "noorderlicht") == "0 open.\n"

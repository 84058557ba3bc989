"""Handed over as XML for Exact's own import screen: the same books as by the API (C5, B6)."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import openpyxl
import pytest

from exact_online.api.answers import AnswerKind
from exact_online.ledger import ExportFile
from exact_online.night import history
from tests.link.fixtures import link, small_place
from tests.link.small import BOOK_DAY, Place, SmallLink
from tests.night.test_hand_over import BEFORE_LINK, change_relation
from tests.night.test_hand_over_imported import FIRST, balance, by_api, fill, sheet, the_set

__all__ = ["by_api", "link", "small_place"]

ENTRIES, RELATIONS = "GLTransactions", "Accounts"
TOPICS = {"relations": RELATIONS, "sales_entry": ENTRIES, "general_journal_entry": ENTRIES}


def files_in_order(link: SmallLink) -> list[ExportFile]:
    """As the control workbook says to import them."""
    by_name = {file.file_name: file for file in the_set(link)}
    return [by_name[row[2]] for row in sheet(link, "Bestanden")]


def import_all(link: SmallLink) -> list[str]:
    """What a bookkeeper does with the set, unedited; returns what Exact rejected."""
    rejected = []
    for file in files_in_order(link):
        answer = link.client(link.ledger).upload(TOPICS[file.kind], file.content or b"")
        assert answer.kind is AnswerKind.DONE, answer.cause
        assert len(answer.document) == (file.invoices or 3)
        rejected += [message.text for message in answer.document if message.kind != "2"]
    return rejected


def test_the_same_trial_balance_as_by_the_api(
    by_api: tuple[dict[tuple[object, ...], int], int], small_place: Place
) -> None:
    books, count = by_api
    link = SmallLink(small_place)
    link.setting(hand_over_format="xml")
    fill(link)
    outcome = link.night(backfill="excel", history_from=FIRST)
    assert outcome.items == []
    assert link.writes("salesentry/SalesEntries") == 0
    assert import_all(link) == []
    assert balance(link.division) == books
    division = link.division
    assert len(list(division["SalesEntries"])) + len(list(division["GeneralJournalEntries"])) == count
    numbers = link.night(backfill="nothing").numbers
    assert numbers is not None
    assert numbers.difference_cents == 0
    checks = link.ledger.conn.execute("select found, missing, different from export_check").fetchall()
    assert sum(row["found"] for row in checks) == count
    assert {(row["missing"], row["different"]) for row in checks} == {(0, 0)}


def test_the_same_totals_and_files_as_in_workbooks(small_place: Place) -> None:
    """Journal, month, invoices and cents per file; what the control workbook has per account."""
    told = []
    for settings in ({}, {"hand_over_format": "xml"}):
        link = SmallLink(small_place)
        link.setting(**settings)
        fill(link)
        link.night(backfill="excel", history_from=FIRST)
        files = [
            (each.kind, each.journal, each.month, each.invoices, each.total_cents) for each in the_set(link)
        ]
        told.append((sorted(map(str, files)), sheet(link, "Grootboek"), sheet(link, "Btw-codes")))
        link.die()
    assert told[0] == told[1]


def test_a_set_is_xml_with_a_control_workbook_that_says_how_to_import_it(link: SmallLink) -> None:
    link.setting(hand_over_format="xml")
    fill(link)
    link.night(backfill="excel", history_from=FIRST)
    for file in the_set(link):
        assert file.file_name.endswith(".xlsx" if file.kind == "control" else ".xml")
        if file.kind != "control":
            root = ElementTree.fromstring(file.content or b"")
            assert [child.tag for child in root] == [TOPICS[file.kind]]
    (control,) = [file.content for file in the_set(link) if file.kind == "control"]
    cover = openpyxl.load_workbook(io.BytesIO(control or b""))["Lees mij"]
    steps = {str(row[0]): str(row[1]) for row in cover.iter_rows(values_only=True)}
    assert steps["1"].endswith("kies Import/Export, XML.")
    assert {row[1] for row in sheet(link, "Bestanden")} == {
        "Accounts (relaties)",
        "GLTransactions (boekingen)",
    }


def test_an_entry_names_its_relation_by_code_alone(link: SmallLink) -> None:
    """More of it would change the relation (fact 5.14)."""
    link.setting(hand_over_format="xml")
    fill(link)
    link.night(backfill="excel", history_from=FIRST)
    for file in the_set(link):
        if file.kind in ("sales_entry", "general_journal_entry"):
            root = ElementTree.fromstring(file.content or b"")
            accounts = list(root.iter("Account"))
            assert accounts
            assert all(list(each) == [] and set(each.attrib) == {"code"} for each in accounts)
            assert b"Jansen" not in (file.content or b"")


def test_relations_of_a_set_bring_a_trial_division_to_the_same_relations(link: SmallLink) -> None:
    link.setting(hand_over_format="xml")
    fill(link)
    link.night(backfill="excel", history_from=FIRST)
    before = dict(link.division.relation("0042"))
    change_relation(link, "0042", Name="Iemand anders", City="Elders")
    (relations,) = [file for file in the_set(link) if file.kind == "relations"]
    answer = link.client(link.ledger).upload(RELATIONS, relations.content or b"")
    assert [message.kind for message in answer.document] == ["2", "2", "2"]
    after = link.division.relation("0042")
    for field in ("Name", "AddressLine1", "Postcode", "City", "Country", "Status"):
        assert str(after.get(field)).strip() == str(before.get(field)).strip()


def test_a_file_that_is_imported_twice_is_rejected_by_number(link: SmallLink) -> None:
    link.setting(hand_over_format="xml")
    fill(link)
    link.night(backfill="excel", history_from=FIRST)
    assert import_all(link) == []
    books = balance(link.division)
    assert len(import_all(link)) == 49
    assert balance(link.division) == books


def test_a_file_never_changes_and_another_format_makes_another_file(link: SmallLink) -> None:
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001", day=BEFORE_LINK)
    outcome = link.night(backfill="excel")
    (first,) = link.ledger.exports.files(link.practice.code)
    link.setting(hand_over_format="xml")
    link.james.invoice(2600002, "1001", day=BEFORE_LINK)
    older = history.for_history(link.night_of(outcome.run), link.night_of)
    days = history.history_days(older)
    for _ in range(2):
        history.hand_over_history(older, link.james_reader, days, BOOK_DAY)
    link.night(backfill="excel")
    kept, *more = link.ledger.exports.files(link.practice.code)
    assert kept == first
    assert len(more) == 1, "each invoice is in one file"
    assert more[0].invoices == 1


@pytest.mark.parametrize("chosen", ["XML", "csv", 1])
def test_another_format_is_no_setting(link: SmallLink, chosen: object) -> None:
    link.setting(hand_over_format=chosen)
    with pytest.raises(Exception, match="hand_over_format"):
        link.night(backfill="excel")

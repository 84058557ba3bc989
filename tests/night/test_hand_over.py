"""The Excel route (M20): it knows the debtor, hands a number over once, and keeps its files."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import psycopg
import pytest

from exact_online import acts
from exact_online.acts.word import Word
from exact_online.extract.james import stage_invoices
from exact_online.load.sending import send
from exact_online.mails.nights import night_message
from exact_online.mails.post import Post
from exact_online.night import history
from exact_online.night import steps as night
from exact_online.report.dry_run import dry_run_lines
from tests.cures.walk import Walk, patched
from tests.ledger_cases import entry, keep_relation, plan, states
from tests.link.fixtures import link, small_place
from tests.link.small import BOOK_DAY, SmallLink
from tests.load.test_doubt import book_by_hand

__all__ = ["link", "small_place"]

BEFORE_LINK = dt.date(2026, 9, 15)
"""The practice is linked since 1 October."""


def handed_over(link: SmallLink) -> list[tuple[str, str, str, str]]:
    """File, entry number, relation's code and name of each line with the debtor, of all files."""
    found = []
    for file in link.ledger.exports.files(link.practice.code):
        sheet = openpyxl.load_workbook(io.BytesIO(file.content or b""))["Gegevens"]
        heads = [cell.value for cell in sheet[1]]
        rows = (dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True))
        found += [
            (file.file_name, row["Boekstuknummer"], row["Code"], row["Naam"]) for row in rows if row["Code"]
        ]
    return found


def control_of(link: SmallLink, set_id: str) -> openpyxl.Workbook:
    """The control workbook of a hand-over."""
    files = link.ledger.exports.file_set(link.practice.code, set_id)
    (control,) = [file.content for file in files if file.kind == "control"]
    return openpyxl.load_workbook(io.BytesIO(control or b""))


def remarks(link: SmallLink, set_id: str) -> list[str]:
    """What the control workbook says of its files with entries."""
    rows = control_of(link, set_id)["Bestanden"].iter_rows(min_row=2, values_only=True)
    return [row[7] for row in rows if row[3]]


def numbers(link: SmallLink) -> list[str]:
    return sorted(number for _, number, _, _ in handed_over(link))


def change_relation(link: SmallLink, code: str, **changes: Any) -> None:
    """Somebody at the practice changes a relation in Exact."""
    row = link.division.relation(code)
    link.division.save("Accounts", {**row, **changes})


def foreign(link: SmallLink, code: str, **more: Any) -> None:
    link.division.add(
        "Accounts", {"Code": code.rjust(18), "Name": "Kantoorhandel Pen BV", "Status": "C"} | more
    )


def test_care_is_not_booked_on_a_stationer(link: SmallLink) -> None:
    """A number that is somebody else's in Exact: by the code alone the import would book on him."""
    foreign(link, "1004")
    link.james.debtor("1004")
    link.james.debtor("1001")
    link.james.invoice(2600001, "1004", day=BEFORE_LINK)
    link.james.invoice(2600002, "1001", day=BEFORE_LINK)
    outcome = link.night(backfill="excel")
    assert numbers(link) == ["2600002"]
    assert link.reasons()["factuur:2600001"] == "debtor_not_booked"
    assert {"debiteur:1004", "factuur:2600001"} == {item.source_key for item in outcome.items}
    assert outcome.numbers is not None
    assert outcome.numbers.difference_cents == 0


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda link: change_relation(link, "1001", Blocked=True), "relation_blocked"),
        (lambda link: change_relation(link, "1001", Code="77".rjust(18)), None),
        (
            lambda link: (change_relation(link, "1001", Code="77".rjust(18)), foreign(link, "77")),
            "number_clash",
        ),
    ],
)
def test_a_relation_that_changed_in_exact(link: SmallLink, spoil: Any, reason: str | None) -> None:
    """Blocked; renumbered, so that the workbook has today's code; renumbered to a taken code."""
    link.james.debtor("1001")
    link.night(backfill="nothing")
    spoil(link)
    link.james.invoice(2600001, "1001", day=BEFORE_LINK)
    link.night(backfill="excel")
    assert link.reasons().get("factuur:2600001") == reason
    assert [code for _, _, code, _ in handed_over(link)] == ([] if reason else ["77"])


def test_a_debtor_without_a_name_is_not_handed_over_and_one_that_lost_it_is_called_as_in_exact(
    link: SmallLink,
) -> None:
    for number in ("1001", "1002"):
        link.james.debtor(number)
    link.james.rename("1002", "")
    link.james.conn.execute("update james.debiteur set voorletters = '' where debiteurnummer = '1002'")
    link.night(backfill="nothing")
    link.james.rename("1001", "")
    link.james.conn.execute("update james.debiteur set voorletters = '' where debiteurnummer = '1001'")
    link.james.invoice(2600001, "1001", day=BEFORE_LINK)
    link.james.invoice(2600002, "1002", day=BEFORE_LINK)
    link.night(backfill="excel")
    assert [(number, name) for _, number, _, name in handed_over(link)] == [("2600001", "Jansen 1001, A.")]
    assert link.reasons()["factuur:2600002"] == "debtor_not_booked"


def test_what_was_cured_goes_into_the_next_hand_over_and_not_into_the_api(link: SmallLink) -> None:
    """M20, C5: rejected for its debtor, for its content; each ends in a workbook, exactly once."""
    foreign(link, "1004")
    for number in ("1001", "1004"):
        link.james.debtor(number)
    link.james.invoice(2600001, "1004", day=BEFORE_LINK)
    link.james.invoice(2600002, "1001", (1000, 13, "tariff"), day=BEFORE_LINK)
    link.night(backfill="excel")
    change_relation(link, "1004", Code="900".rjust(18))
    link.james.correct(2600002, (1000, 0, "tariff"))
    link.night(backfill="excel")
    assert numbers(link) == ["2600001", "2600002"]
    assert {link.states()[f"factuur:{number}"] for number in (2600001, 2600002)} == {"exported"}
    assert link.night(backfill="excel").items == []
    assert link.writes("salesentry/SalesEntries") == 0


def test_a_number_is_not_handed_over_beside_one_that_is_there(link: SmallLink) -> None:
    """FR-I9: one that Exact has, and one that was handed over before and is used again in James."""
    link.james.debtor("1001")
    for number in (2600001, 2600002):
        link.james.invoice(number, "1001", day=BEFORE_LINK)
    link.night(backfill="nothing")
    book_by_hand(link, 2600001)
    link.night(backfill="excel")
    assert numbers(link) == ["2600002"]
    assert link.reasons()["factuur:2600001"] == "entry_number_in_use"
    link.james.debtor("1002", kind="Verzekeraar")
    claim = link.james.invoice(2600002, "1002", day=dt.date(2026, 10, 15), claim="D-1")
    link.night(backfill="excel")
    assert link.reasons()[claim] == "duplicate_in_source"
    assert link.writes("salesentry/SalesEntries") == 1  # that of the bookkeeper


def test_what_the_bookkeeper_imported_stays_handed_over(link: SmallLink) -> None:
    """Its number stands in Exact then, and that is as it should be."""
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001", day=BEFORE_LINK)
    link.night(backfill="excel")
    book_by_hand(link, 2600001)
    link.james.settle(2600001)
    link.night(backfill="excel")
    assert link.states()["factuur:2600001"] == "exported"
    assert numbers(link) == ["2600001"]
    causes = link.ledger.conn.execute("select cause from difference").fetchall()
    assert causes == [{"cause": "handed_over_otherwise"}]  # the bookkeeper typed another amount


def test_a_task_that_is_cleared_adds_a_file_and_changes_none(link: SmallLink) -> None:
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001", day=BEFORE_LINK)
    outcome = link.night(backfill="excel")
    (first,) = link.ledger.exports.files(link.practice.code)
    link.james.invoice(2600002, "1001", day=BEFORE_LINK)
    older = history.for_history(link.night_of(outcome.run), link.night_of)
    days = history.history_days(older)
    for _ in range(2):
        history.hand_over_history(older, link.james_reader, days, BOOK_DAY)
    files = link.ledger.exports.files(link.practice.code)
    assert [file.file_name for file in files] == [
        first.file_name,
        first.file_name.replace(".xlsx", "_2.xlsx"),
    ]
    assert files[0] == first
    assert [file.invoices for file in files] == [1, 1]
    with pytest.raises(psycopg.errors.RaiseException, match="never changed"):
        link.ledger.conn.execute("update export_file set invoices = 7")


def test_a_hand_over_names_what_it_leaves_out(link: SmallLink) -> None:
    """Its task is red for it; the workbook with the others is there."""
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001", (1000, 13, "tariff"), day=BEFORE_LINK)
    link.james.invoice(2600002, "1001", day=BEFORE_LINK)
    outcome = link.night(backfill="nothing")
    older = history.for_history(link.night_of(outcome.run), link.night_of)
    done = history.hand_over_history(older, link.james_reader, history.history_days(older), BOOK_DAY)
    assert (done.workbooks, [item.reason for item in done.rejected]) == (1, ["vat_rate_unknown"])


def test_a_hand_over_names_what_lies_in_a_closed_period(
    link: SmallLink, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M20: the bookkeeper opens the period first, or Exact rejects the import."""
    link.james.debtor("1001")
    for number, day in ((2600001, 15), (2600002, 16)):
        link.james.invoice(number, "1001", day=BEFORE_LINK.replace(day=day))
    link.james.invoice(2600003, "1001", day=BEFORE_LINK, condition="PIN")
    link.division.close_period(2026, 9, "70")
    dry = link.dry_run(backfill="excel")
    assert "Of those handed over, 2 lie in periods that are closed in Exact." in dry_run_lines(dry.numbers)
    patched(monkeypatch, link)
    walk = Walk(link, caplog, backfill="excel")
    walk.all()
    told = "2 overgedragen boekingen liggen in een gesloten periode: open die in Exact voor de import."
    assert walk.lines["backfill"][1] == told
    _, file = sorted(link.ledger.exports.files(link.practice.code), key=lambda each: each.file_name)
    book = control_of(link, file.set_id)
    told_there = [row[1] for row in book["Lees mij"].iter_rows(values_only=True) if row[0] == "Let op"]
    assert told_there == [
        "2 boekingen liggen in een periode die in Exact gesloten is. "
        "Open de perioden van blad Gesloten perioden voor de import."
    ]
    assert list(book["Gesloten perioden"].iter_rows(min_row=2, max_col=5, values_only=True)) == [
        ("70", "9", "2026", "2600001", "15-09-2026"),
        ("70", "9", "2026", "2600002", "16-09-2026"),
    ]
    run = link.ledger.runs.opened(link.practice.code, walk.dag_run.run_id)
    assert run is not None
    found = link.ledger.runs.numbers(run.run_id)
    assert found is not None
    assert found.exported_closed == 2
    practice = link.ledger.practices.get(link.practice.code)
    html = night_message(Post(link.ledger, True), practice, run.book_day, [], [], found, []).html
    assert told in html
    assert link.night(backfill="excel").numbers.exported_closed == 0, "told with its own hand-over"


def test_a_workbook_of_open_periods_has_no_such_sheet(link: SmallLink) -> None:
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001", day=BEFORE_LINK)
    link.division.close_period(2026, 9, "90")
    link.night(backfill="excel")
    (file,) = link.ledger.exports.files(link.practice.code)
    book = control_of(link, file.set_id)
    assert book.sheetnames == [
        "Lees mij", "Bestanden", "Grootboek", "Btw-codes", "Boekstuknummers", "Weggelaten",
    ]  # fmt: skip
    assert "Let op" not in [row[0] for row in book["Lees mij"].iter_rows(values_only=True)]


def test_a_later_file_of_a_month_names_the_earlier_ones(link: SmallLink) -> None:
    """C5: never two that overlap without a word."""
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001", day=BEFORE_LINK)
    link.night(backfill="excel")
    (first,) = link.ledger.exports.files(link.practice.code)
    link.james.invoice(2600002, "1001", day=BEFORE_LINK)
    link.night(backfill="excel")
    second = link.ledger.exports.files(link.practice.code)[-1]
    assert remarks(link, second.set_id) == [f"aanvulling op {first.file_name}, zonder boeking daaruit"]
    word = Word(link.practice.code, "Anna", "niet geimporteerd")
    acts.take_back_file(link.ledger, word, first.file_name)
    link.night(backfill="excel")
    third = link.ledger.exports.files(link.practice.code)[-1]
    assert remarks(link, third.set_id) == [
        f"aanvulling op {second.file_name}, zonder boeking daaruit; "
        f"in plaats van {first.file_name}, dat is teruggenomen"
    ]
    assert numbers(link) == ["2600001", "2600001", "2600002"]


def test_the_control_workbook_says_what_is_left_out_and_why(link: SmallLink) -> None:
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001", (1000, 13, "tariff"), day=BEFORE_LINK)
    link.james.invoice(2600002, "1001", day=BEFORE_LINK)
    link.night(backfill="excel")
    (file,) = link.ledger.exports.files(link.practice.code)
    rows = list(control_of(link, file.set_id)["Weggelaten"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == ["2600001"]
    assert "13" in rows[0][1]
    assert "James" in rows[0][2]


def test_a_number_is_claimed_once_by_whatever_is_handed_over_or_planned(link: SmallLink) -> None:
    """FR-G18: by the check of the plan, and by the unique index."""
    run = night.open_run(link.ledger, link.practice.code, "night", BOOK_DAY)
    keep_relation(link.ledger, link.practice.code)
    plan(link.ledger, run, [entry(1)], exported=True)
    plan(link.ledger, run, [entry(1, source_key="factuur:other")], exported=True)
    plan(link.ledger, run, [entry(1, source_key="factuur:third")])
    assert states(link.ledger, link.practice.code) == {
        "factuur:1": "exported", "factuur:other": "rejected", "factuur:third": "rejected",
    }  # fmt: skip
    with pytest.raises(psycopg.errors.UniqueViolation):
        link.ledger.conn.execute(
            "insert into booking (practice, kind, source_key, state, run_id, moved_in_run, settings_version,"
            " fingerprint, payload, debtor_number, journal, financial_year, entry_number)"
            " select practice, kind, 'factuur:4', 'planned', run_id, run_id, 1, '', '', '1', journal,"
            " financial_year, 1 from booking where source_key = 'factuur:1'"
        )


# --- a practice that switches its history from the API to workbooks ------------------------------


def planned_history(link: SmallLink) -> None:
    """Three invoices of history that an import planned; the day ended after the first."""
    link.james.debtor("1001")
    for number in (2600001, 2600002, 2600003):
        link.james.invoice(number, "1001", day=BEFORE_LINK)
    tonight = history.choose(link.opened(), "import", None)
    night.extract(tonight, link.james_reader, (link.practice.link_date, BOOK_DAY))
    for debtors in [*night.plan_debtors(tonight), *night.other_debtors(tonight)]:
        night.load(tonight, debtors)
    older = history.for_history(tonight, link.night_of)
    days = history.history_days(older)
    stage_invoices(link.james_reader, link.ledger.staging, older.run.run_id, link.practice.code, *days)
    load = older.load_session()
    first = link.ledger.bookings.to_send(older.run, night.plan_history(older)[0])[0]
    with link.ledger.holding(link.practice.code):
        send(load, [first])


def hands_over(link: SmallLink) -> None:
    """The practice chooses workbooks for its history."""
    link.ledger.conn.execute("update practice set backfill = 'excel'")


def both_ways(link: SmallLink) -> tuple[list[str], list[str]]:
    """The numbers that were booked, and those that stand in a workbook as the ledger says."""
    states = link.states().items()
    booked = [key.removeprefix("factuur:") for key, state in states if state == "booked" and "factuur" in key]
    assert numbers(link) == sorted(
        key.removeprefix("factuur:") for key, state in states if state == "exported"
    )
    assert len(booked) == link.writes("salesentry/SalesEntries")
    return sorted(booked), numbers(link)


def test_what_was_planned_and_not_sent_goes_into_the_workbook(link: SmallLink) -> None:
    """M20, C5: once the practice hands over, its nights send nothing of that; never both ways."""
    planned_history(link)
    hands_over(link)
    outcome = link.night()
    assert outcome.items == []
    assert outcome.numbers is not None
    assert outcome.numbers.difference_cents == 0
    expected = ["2600001"], ["2600002", "2600003"]
    assert both_ways(link) == expected
    link.night(backfill="import")
    assert both_ways(link) == expected


def test_one_run_that_hands_over_takes_what_the_night_could_not_send(
    link: SmallLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent once before stays with the API, though Exact was seen not to have it."""
    planned_history(link)
    link.ledger.conn.execute("update booking set attempt = 1 where source_key = 'factuur:2600002'")
    with monkeypatch.context() as full_day:
        full_day.setattr(night, "load", lambda tonight, batch: [])
        link.night(backfill="excel")
    assert both_ways(link) == (["2600001"], ["2600003"])
    link.night()
    assert both_ways(link) == (["2600001", "2600002"], ["2600003"])


def test_what_is_doubtful_stays_with_the_api(link: SmallLink) -> None:
    """Its call may have made an entry: it is read in Exact, and sent again when it is absent."""
    planned_history(link)
    link.ledger.conn.execute(
        "update booking set state = 'sending', attempt = 1, claimed_until = now(),"
        " moved_in_run = run_id where source_key = 'factuur:2600002'"
    )
    hands_over(link)
    link.until_at_rest()
    assert link.states()["factuur:2600002"] == "booked"
    assert numbers(link) == ["2600003"]


def test_what_can_not_be_handed_over_is_told_and_goes_into_the_next_workbook(link: SmallLink) -> None:
    planned_history(link)
    hands_over(link)
    change_relation(link, "1001", Blocked=True)
    assert {item.reason for item in link.night().items} == {"relation_blocked"}
    change_relation(link, "1001", Blocked=False)
    assert link.night().items == []
    assert numbers(link) == ["2600002", "2600003"]


def test_a_run_that_imports_history_sends_what_it_planned(link: SmallLink) -> None:
    """A person's choice for one run goes before the practice's setting."""
    planned_history(link)
    hands_over(link)
    link.night(backfill="import")
    assert (numbers(link), link.writes("salesentry/SalesEntries")) == ([], 3)

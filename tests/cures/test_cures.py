"""C7: each reason is planted, seen red, cured and cleared as told, and booked."""

from __future__ import annotations

from typing import Any

import pytest

from exact_online.failures import Unreachable
from exact_online.night import steps
from exact_online.reason_codes import Reason
from exact_online.report.log_lines import WIDTH
from exact_online.stops import Stop
from exact_online.tasks import preparing
from tests.cures.acts import relation, relation_is
from tests.cures.cases import CASES, NOT_PLANTED, NOT_RED, Case
from tests.cures.walk import Walk
from tests.link.small import SmallLink


@pytest.mark.parametrize("case", CASES, ids=[case.reason for case in CASES])
def test_the_named_act_cures(walk: Walk, case: Case) -> None:
    """C7, M21."""
    link = walk.link
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001")
    case.plant(link)
    walk.all()
    assert walk.red == {case.red}, walk.lines
    lines = walk.lines[case.red]
    assert any(line.endswith(f"[{case.reason}]") for line in lines), lines
    assert max(map(len, lines)) <= WIDTH, lines
    assert walk.to_clear(case.red) == case.clear, lines
    case.cure(link)
    walk.clear(case.clear)
    assert walk.red == set(), walk.lines
    assert link.states()[case.key] == "booked"


def test_a_supplier_that_is_ours_is_made_a_customer_and_confirmed(walk: Walk) -> None:
    """M15: the named act leads on; a stranger's relation is told as such, whatever its status."""
    link = walk.link
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001")
    next(case for case in CASES if case.reason is Reason.RELATION_NOT_CUSTOMER).plant(link)
    walk.all()
    relation_is(Status="C")(link)
    walk.clear(walk.to_clear("load_debtors"))
    assert walk.red == {"load_debtors"}
    assert [line for line in walk.lines["load_debtors"] if "[relation_to_confirm]" in line]
    link.ledger.relations.adopt(link.practice.code, "anna")
    walk.clear(walk.to_clear("load_debtors"))
    assert walk.red == set()
    assert link.states()["factuur:2600001"] == "booked"


def test_a_supplier_of_somebody_else_is_a_number_clash(walk: Walk) -> None:
    """M15: to make a stationer a customer would cure nothing."""
    plant, cure = relation(Name="Kantoorhandel Pen BV", Status="A", IsSupplier=True)
    walk.link.james.debtor("1001")
    walk.link.james.invoice(2600001, "1001")
    plant(walk.link)
    walk.all()
    assert [line for line in walk.lines["load_debtors"] if "[number_clash]" in line]
    cure(walk.link)
    walk.clear(walk.to_clear("load_debtors"))
    assert walk.red == set()


def test_every_reason_is_planted_or_has_a_reason_why_not() -> None:
    planted = [case.reason for case in CASES]
    assert len(planted) == len(set(planted))
    assert set(planted) | set(NOT_PLANTED) | NOT_RED == {*Reason, *Stop}
    assert not set(planted) & set(NOT_PLANTED) | set(planted) & NOT_RED | set(NOT_PLANTED) & NOT_RED


def test_a_task_that_ended_reads_anew_and_one_that_waits_does_not(walk: Walk) -> None:
    """The lists cost some twelve calls: they are read for who clears a task, not for each wait."""
    walk.link.james.debtor("1001")
    walk.link.james.invoice(2600001, "1001")
    walk.all()
    before = lists_read(walk)
    walk.clear("load_entries")
    assert lists_read(walk) == before + 1
    walk.clear("prepare")
    assert lists_read(walk) == before + 2
    assert len(walk.link.entries(2600001)) == 1


def lists_read(walk: Walk) -> int:
    return sum(call.endpoint == "vat/VATCodes" for call in walk.link.world.log)


def test_one_cause_is_one_red_task(walk: Walk) -> None:
    """A debtor without a name has two invoices, and an invoice with a wrong rate has a credit."""
    james = walk.link.james
    james.debtor("1001")
    james.debtor("1002")
    james.conn.execute("update james.debiteur set naam = null, achternaam = null where debiteur_id = 1002")
    james.invoice(2600001, "1001", (1000, 20, "tariff"))
    james.invoice(2600002, "1001", (-1000, 0, "tariff"), credits=2600001)
    james.invoice(2600003, "1002")
    james.invoice(2600004, "1002")
    walk.all()
    assert walk.red == {"check_rejections"}
    assert [line for line in walk.lines["load_entries"] if "[debtor_not_booked]" in line]
    assert [line for line in walk.lines["load_entries"] if "[waiting_for_original]" in line]
    james.conn.execute(
        "update james.debiteur set naam = 'Jansen', achternaam = 'Jansen' where debiteur_id = 1002"
    )
    james.correct(2600001, (1000, 0, "tariff"))
    walk.clear(walk.to_clear("check_rejections"))
    assert walk.red == set()
    assert set(walk.link.states().values()) == {"booked"}


def test_records_with_one_cause_are_one_group_of_lines(walk: Walk) -> None:
    walk.link.james.debtor("1001")
    for number in (2600001, 2600002, 2600003):
        walk.link.james.invoice(number, "1001")
    next(case for case in CASES if case.reason is Reason.GL_ACCOUNT_BLOCKED).plant(walk.link)
    walk.all()
    assert walk.lines["check_rejections"] == [
        "Factuur 2600001 en 2 andere: Rekening '8010' (omzet fysiotherapie, patiënten, nul) "
        "is in Exact geblokkeerd.",
        "Oplossen: accountant: Exact: grootboekrekeningen. [gl_account_blocked]",
        "3 records wachten. Daarna: wis (Clear) taak prepare met alle taken erna (Downstream).",
    ]


def test_the_import_of_history_leaves_out_what_the_night_reported(
    link: SmallLink, walk: Walk, caplog: pytest.LogCaptureFixture
) -> None:
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001")
    next(case for case in CASES if case.reason is Reason.REJECTED_OTHER).plant(link)
    walk.params["backfill"] = "import"
    walk.all()
    assert walk.red == {"load_entries"}


def test_an_import_of_which_all_is_rejected_is_red_and_clearing_it_books(walk: Walk) -> None:
    """C5: also when our own rules reject it, so that nothing comes to a batch."""
    james = walk.link.james
    james.debtor("1001")
    for number in (2500001, 2500002):
        james.invoice(number, "1001", (1000, 13, "tariff"), day=walk.link.practice.first_sync_date)
    walk.params["backfill"] = "import"
    walk.all()
    assert walk.red == {"backfill"}
    assert any("[vat_rate_unknown]" in line for line in walk.lines["backfill"])
    for number in (2500001, 2500002):
        james.correct(number, (1000, 0, "tariff"))
    walk.clear(walk.to_clear("backfill"))
    assert walk.red == set()
    assert set(walk.link.states().values()) == {"booked"}


def test_an_import_leaves_the_night_its_reserve(walk: Walk) -> None:
    """B6, FR-J4: the task of the import works with a client of its own."""
    link = walk.link
    link.james.debtor("1001")
    for place in range(90):
        link.james.invoice(2500001 + place, "1001", day=link.practice.first_sync_date)
    link.world.limits.calls_per_day = link.day_limit = 100
    walk.params["backfill"] = "import"
    walk.all()
    assert walk.red == {"backfill"}
    assert any("blijven er 20 voor de" in line for line in walk.lines["backfill"])
    assert link.entries(2500001) != link.entries(2500090) == []


def test_what_belongs_to_no_record_is_told_in_lines_as_well(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B4: James was read again in between, and has another amount by then."""
    walk.link.james.debtor("1001")
    walk.link.james.invoice(2600001, "1001")
    totals = steps.totals_before
    monkeypatch.setattr(steps, "totals_before", lambda *of: totals(*of)[1:])
    walk.all()
    assert walk.red == {"reconcile"}
    assert any("[unexplained]" in line for line in walk.lines["reconcile"])


def test_a_closed_period_is_red_once_and_goes_when_it_opens(walk: Walk) -> None:
    """FR-H1: told the first night, an open item every night, and booked without anybody's act."""
    link = walk.link
    link.james.debtor("1001")
    for number in (2600001, 2600002):
        link.james.invoice(number, "1001")
    link.division.close_period(2026, 11)
    walk.all()
    assert walk.red == {"load_entries"}
    assert walk.lines["load_entries"][:2] == [
        "Factuur 2600001 en 1 andere: Periode 11 van 2026 is in Exact afgesloten voor dagboek 70.",
        "Oplossen: accountant: Exact: periode heropenen; of de koppeling: close. [period_closed]",
    ]
    for _ in range(2):
        walk.next_night()
        assert walk.red == set(), walk.lines
        assert "Al bekend en nog open: 2. Zie de mail, of items." in walk.lines["load_entries"]
        assert [item.reason for item in link.ledger.review.open_items(link.practice.code)] == [
            "period_closed"
        ] * 2
    link.division.reopen_period(2026, 11)
    walk.next_night()
    assert walk.red == set()
    assert set(link.states().values()) == {"booked"}


def test_what_our_rules_reject_is_red_once_and_goes_when_it_is_corrected(walk: Walk) -> None:
    """M21: an open item every night; another reason is told again."""
    link = walk.link
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001", (1000, 17, "tariff"))
    walk.all()
    assert walk.red == {"check_rejections"}
    walk.clear("prepare")  # nothing was put right, and it is still this night
    assert walk.red == {"check_rejections"}
    for _ in range(2):
        walk.next_night()
        assert walk.red == set(), walk.lines
        assert walk.ended["check_rejections"] == "skipped"
        assert "Al bekend en nog open: 1. Zie de mail, of items." in walk.lines["prepare"]
        (item,) = link.ledger.review.open_items(link.practice.code)
        assert item.reason == "vat_rate_unknown"
    link.james.conn.execute("update james.factuur set valuta = 'USD'")
    walk.next_night()
    assert walk.red == {"check_rejections"}
    link.james.conn.execute("update james.factuur set valuta = 'EUR'")
    link.james.correct(2600001, (1000, 0, "tariff"))
    walk.next_night()
    assert walk.red == set()
    assert set(link.states().values()) == {"booked"}


def test_a_james_that_is_down_makes_one_task_red(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """FR-L1, M21: nothing is compared, and the last line does not say that nothing is open."""

    def down() -> Any:
        raise Unreachable("James is down")

    monkeypatch.setattr(preparing, "james_session", down)
    with pytest.raises(Unreachable):
        walk.all()
    for task in ("reconcile", "report"):
        walk.step(task)
    assert walk.ended["reconcile"] == "skipped"
    assert walk.lines["report"][-1] == "Nacht van 22-11-2026: niet vergeleken; de rode taak zegt waarom."


def test_a_green_task_says_in_one_sentence_what_it_did(walk: Walk) -> None:
    walk.link.james.debtor("1001")
    walk.link.james.invoice(2600001, "1001", (123456, 0, "tariff"))
    walk.link.james.invoice(2600002, "1001")
    walk.all()
    assert {task: lines[-1] for task, lines in walk.lines.items() if lines} == {
        "prepare": "Te versturen: 2 boekingen, 1 debiteuren ervoor en 0 erna; geweigerd: 0.",
        "load_debtors": "1 van 1 geboekt.",
        "load_entries": "2 van 2 geboekt, 1.244,56 euro.",
        "reconcile": "Vergeleken tot op de cent: 1.244,56 euro geboekt, 0,00 euro nog open.",
        "report": "Nacht van 22-11-2026: 2 verkoopboekingen en 0 memoriaalboekingen geboekt, 0 open.",
    }

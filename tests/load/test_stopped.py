"""A practice that got another total than was sent stays stopped until a person says go (FR-G13)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from typer.testing import CliRunner

from dev.demo.practices import practice
from exact_online import acts, cli
from exact_online.acts.word import Word
from exact_online.crash_points import watch_crash_points
from exact_online.failures import NotReady
from exact_online.ledger import Ledger, connect
from exact_online.migrations import CONNECTION_VARIABLE
from exact_online.night import steps as night
from exact_online.report.log_lines import cause_lines
from tests.link.james import PROFESSION
from tests.link.small import PRACTICE, Place, SmallLink
from tests.load.test_answer_table import ENTRIES
from tests.report import hands

NUMBERS = (2600001, 2600002, 2600003)
STOPPED = r"Exact boekte factuur 2600001 voor 142,00 in plaats van 121,00; .*exact_online go-on"


class Died(BaseException):
    """The worker is gone."""


@pytest.fixture
def link(small_place: Place) -> Iterator[SmallLink]:
    """Three invoices, and an Exact that takes gross amounts for net."""
    including = replace(
        practice("de_brug"), james_practice_code=PRACTICE.james_practice_code, professions={PROFESSION: 8300}
    )
    link = SmallLink(small_place, including)
    link.james.debtor("1001")
    for number in NUMBERS:
        link.james.invoice(number, "1001", (12_100, 21, "tariff"))
    link.world.switches.set("vat_including_sales_lines", "net")
    yield link
    link.die()


def stopped(link: SmallLink, act: Callable[[], Any]) -> None:
    with pytest.raises(NotReady, match=STOPPED):
        act()
    assert link.writes(ENTRIES) == 1


def word(link: SmallLink) -> Word:
    return Word(link.practice.code, "Anna Accountant", "btw-code is nu exclusief")


def test_each_further_night_is_red_with_the_sentence_and_books_nothing(link: SmallLink) -> None:
    stopped(link, link.night)
    stopped(link, link.night)
    stopped(link, link.night)


def test_clearing_the_red_task_does_not_go_on(link: SmallLink) -> None:
    """Neither task load_entries nor any before it, also when the settings were put right."""
    stopped(link, lambda: link.night("red"))
    link.world.switches.set("vat_including_sales_lines", "gross")
    tonight = link.night_of(night.open_run(link.ledger, link.practice.code, "red", link.scope[1]))
    (batch,) = [
        batch for batch in link.ledger.planning.batches(link.practice.code, 250) if batch.kind != "debtor"
    ]
    stopped(link, lambda: night.load(night.read_anew(tonight), batch))
    stopped(link, lambda: night.make_ready(tonight))


def test_a_person_says_go_and_the_rest_is_booked(link: SmallLink, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped(link, link.night)
    link.world.switches.set("vat_including_sales_lines", "gross")
    monkeypatch.setenv(CONNECTION_VARIABLE, link.place.ledger_dsn)
    asked = ["go-on", link.practice.code, "--by", "Anna", "--reason", "btw-code verbeterd"]
    assert CliRunner().invoke(cli.app, asked).output == "Done: act 1.\n"
    link.night()
    assert [len(link.entries(number)) for number in NUMBERS] == [1, 1, 1]
    act = link.ledger.conn.execute("select act, acted_by, reason, before from act").fetchone()
    assert act == {
        "act": "go_on",
        "acted_by": "Anna",
        "reason": "btw-code verbeterd",
        "before": {"number": "2600001", "made": "142.00", "sent": "121.00"},
    }


def found(link: SmallLink, run: str) -> list[str]:
    """What the reconciliation of a run tells, as one line each."""
    tonight = link.night_of(night.open_run(link.ledger, link.practice.code, run, link.scope[1]))
    link.with_patience(lambda: night.reconcile(tonight, link.james_reader, link.scope))
    items = link.ledger.review.differences_of_run(tonight.run)
    told = [" ".join(line.strip() for line in cause_lines([item])) for item in items]
    return [re.sub(r", sinds [\d-]+\.", ".", line) for line in told]


def test_the_reconciliation_tells_that_exact_made_it_otherwise_and_names_the_act(link: SmallLink) -> None:
    """FR-G13: nobody changed it by hand; also after the act, until the entry is right."""
    made = (
        "Factuur 2600001 kreeg in Exact een ander totaal dan verstuurd: 121,00 werd 142,00. "
        "Oplossen: accountant: Exact: boekstuk en btw-codes; dan go-on, als de praktijk nog stilstaat. "
        "[made_otherwise]"
    )
    stopped(link, lambda: link.night("red"))
    assert found(link, "red") == [made]
    acts.go_on(link.ledger, word(link))
    link.world.switches.set("vat_including_sales_lines", "gross")
    numbers = link.night().numbers
    assert (numbers.differences_new, numbers.differences_known) == (0, 1)
    hands.change_amount(link, 2600001, 3.0)
    link.night("changed")
    (told,) = found(link, "changed")
    assert told.startswith("Factuur 2600001 is in Exact gewijzigd (")


def test_the_next_wrong_total_stops_it_again(link: SmallLink) -> None:
    stopped(link, link.night)
    acts.go_on(link.ledger, word(link))
    with pytest.raises(NotReady, match="factuur 2600002"):
        link.night()
    assert link.writes(ENTRIES) == 2


def test_a_worker_that_dies_at_the_stop_lets_no_second_one_through(link: SmallLink) -> None:
    """Both the booking and the stop are written down, or neither: then Exact is read first."""

    def die(name: str) -> None:
        if name == "within another total, after confirm_bookings":
            watch_crash_points(None)
            raise Died

    watch_crash_points(die)
    with pytest.raises(Died):
        link.night()
    link.die()
    with closing(connect(link.place.ledger_dsn)) as conn:
        assert Ledger(conn).practices.stopped(link.practice.code) is None
    assert link.states()["factuur:2600001"] == "sending"


def test_a_practice_that_goes_needs_no_word(link: SmallLink) -> None:
    with pytest.raises(NotReady, match="is not stopped"):
        acts.go_on(link.ledger, word(link))

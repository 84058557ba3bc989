"""One division serves one practice, unless a person says that two of one company share it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from exact_online import acts
from exact_online.acts.word import Word
from exact_online.failures import NotReady
from tests.link.fixtures import link, small_place
from tests.link.small import PRACTICE, SmallLink
from tests.report import hands

__all__ = ["link", "small_place"]

SECOND = dataclasses.replace(PRACTICE, code="zuiderlicht", name="Zuiderlicht", james_practice_code="ZUID")


@pytest.fixture
def second(link: SmallLink, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Any]]:
    """A second practice of the company, in James; inside, the small link is its link."""
    division = property(lambda self: self.world.division(PRACTICE.code))
    monkeypatch.setattr(SmallLink, "division", division)
    link.james.conn.execute(
        "insert into james.praktijk (praktijk_id, praktijkcode, naam) values (2, 'ZUID', 'Zuiderlicht')"
    )

    @contextmanager
    def as_second() -> Iterator[None]:
        link.practice = SECOND
        try:
            yield
        finally:
            link.practice = PRACTICE

    yield as_second
    for table in ("factuur", "declaratie", "debiteur"):
        link.james.conn.execute(f"truncate james.{table} cascade")
    link.james.conn.execute("delete from james.praktijk where praktijk_id = 2")


def of_second(link: SmallLink, *debtors: str) -> None:
    """These debtors and their invoices are the second practice's in James."""
    link.james.conn.execute(
        "update james.debiteur set praktijk_id = 2 where debiteurnummer = any(%s)", [list(debtors)]
    )
    link.james.conn.execute(
        "update james.factuur set praktijk_id = 2 where debiteur_id in"
        " (select debiteur_id from james.debiteur where praktijk_id = 2)"
    )


def shared(link: SmallLink, as_second: Callable[[], Any]) -> None:
    """A person says that both share the division; then the second one is linked to it."""
    link.ledger.practices.register(
        code=SECOND.code,
        name=SECOND.name,
        james_practice_code="ZUID",
        link_date=PRACTICE.link_date,
        first_sync_date=PRACTICE.first_sync_date,
        backfill="nothing",
        active=True,
    )
    acts.share_division(link.ledger, Word(SECOND.code, "Anna Accountant", "een BV"), PRACTICE.code)
    with as_second():
        link._register()


def test_a_division_of_another_practice_is_not_taken_by_mistake(
    link: SmallLink, second: Callable[[], Any]
) -> None:
    """By the one function that links, and by the table itself; the sentence names both ways out."""
    with second(), pytest.raises(NotReady, match="serves practice noorderlicht already"):
        link._register()
    with pytest.raises(psycopg.errors.UniqueViolation, match="serves practice noorderlicht"):
        link.place.owner.execute(
            "update exact_sync.practice set division = (select division from exact_sync.practice"
            " where code = 'noorderlicht') where code = 'zuiderlicht'"
        )


def test_two_practices_that_share_a_division_do_not_call_each_others_entries_by_hand(
    link: SmallLink, second: Callable[[], Any]
) -> None:
    """Nor are they a sign of an older ledger; what really is by hand is counted for both."""
    shared(link, second)
    for number in ("1001", "5001"):
        link.james.debtor(number)
    link.james.invoice(2600001, "1001")
    link.james.invoice(2700001, "5001")
    of_second(link, "5001")
    for _ in range(2):
        assert link.night().items == []
        with second():
            outcome = link.night()
            assert outcome.items == []
            assert outcome.numbers is not None
            assert (outcome.numbers.other_entries, outcome.numbers.difference_cents) == (0, 0)
    assert (len(link.entries(2600001)), len(link.entries(2700001))) == (1, 1)
    hands.enter(link, hands.copy_of(link, 2600001, EntryNumber=99, YourRef="met de hand"))
    numbers = link.night().numbers
    assert numbers is not None
    assert (numbers.other_entries, numbers.differences_new) == (1, 0)
    said = link.ledger.conn.execute("select practice, shares_with, said_by from shared_division").fetchall()
    assert said == [{"practice": PRACTICE.code, "shares_with": SECOND.code, "said_by": "Anna Accountant"}]


def test_numbers_that_overlap_are_rejected_and_nothing_goes_to_the_other_practice(
    link: SmallLink, second: Callable[[], Any]
) -> None:
    """M15: the same debtor number, and the same invoice number, day and amount."""
    shared(link, second)
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001", day=dt.date(2026, 11, 20))
    link.night()
    relation = dict(link.division.relation("1001"))
    of_second(link, "1001")
    link.james.debtor("5001")
    link.james.move(2600001, "5001")  # the same key, number, day and amount, and another person
    of_second(link, "5001")
    with second():
        outcome = link.night()
    reasons = {item.source_key: item.reason for item in outcome.items}
    assert reasons["debiteur:1001"] == "number_clash"
    assert reasons["factuur:2600001"] == "entry_number_in_use"
    assert (dict(link.division.relation("1001")), len(link.entries(2600001))) == (relation, 1)

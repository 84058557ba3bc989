"""FR-A1 to FR-A10: the reference night survives a crash at every point, and a second one during its
recovery.
"""

from __future__ import annotations

import random

import pytest

from tests.faults.crashes import NIGHT, effects_of, points_of, reference_link, survive
from tests.faults.invariants import violations_at_rest, violations_of_another_night
from tests.link.small import Place

SAMPLE = 16
"""Pairs in every test run; `make faults` takes all."""


@pytest.fixture(scope="module")
def points(small_place: Place) -> list[str]:
    link = reference_link(small_place)
    reached = points_of(lambda: link.night(NIGHT))
    assert violations_at_rest(link) == []
    assert violations_of_another_night(link) == []
    link.die()
    return reached


def test_the_reference_night_comes_by_everything_that_can_die(points: list[str]) -> None:
    """One of each: claim, call, confirmation, rejection, relation and parts, plan, batch."""
    assert len(effects_of(points)) >= 45
    wanted = {
        "after claim_booking", "after confirm_booking", "after keep_relation", "after POST crm/Accounts",
        "after POST crm/Contacts",
        "after POST crm/BankAccounts", "after PUT crm/Accounts", "after POST salesentry/SalesEntries",
        "after POST generaljournalentry/GeneralJournalEntries", "within plan, after plan_insert",
        "after end_batch", "after finish_run",
    }  # fmt: skip
    assert wanted <= set(points)


@pytest.mark.timeout(900)
def test_a_night_that_dies_anywhere_books_each_invoice_once(small_place: Place, points: list[str]) -> None:
    """FR-A1 to FR-A9."""
    wrong = {points[place]: found for place in effects_of(points) if (found := survive(small_place, place))}
    assert wrong == {}


@pytest.mark.timeout(900)
def test_a_recovery_that_dies_books_each_invoice_once(small_place: Place, points: list[str]) -> None:
    """FR-A10: a sample of all pairs."""
    chance = random.Random(len(points))
    effects = effects_of(points)
    pairs = [(chance.choice(effects), chance.choice(effects)) for _ in range(SAMPLE)]
    wrong = {pair: found for pair in pairs if (found := survive(small_place, *pair))}
    assert wrong == {}

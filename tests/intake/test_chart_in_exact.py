"""The proposal from a division as Exact gives it: its lists, its classes, what it booked."""

from __future__ import annotations

import datetime as dt

import pytest

from dev.demo.practices import settings_document
from exact_online.api.chart import MAX_CALLS, fetch_chart
from exact_online.api.client import ExactClient
from exact_online.api.lists import fetch_lists
from exact_online.failures import Unreachable
from exact_online.hook import ExactOnlineHook
from exact_online.intake import Profession, fill_in, form_of, propose, values_of
from exact_online.ledger import Ledger
from exact_online.tasks import intake
from exact_online.tasks.intake import account_names, chart_of
from tests.link.fixtures import link, small_place
from tests.link.small import SmallLink

__all__ = ["link", "small_place"]

FORM = form_of(
    "noorderlicht",
    "Noorderlicht",
    (
        Profession("fysiotherapie", "Fysiotherapie"),
        Profession("manuele_therapie", "Manuele therapie"),
        Profession("ergotherapie", "Ergotherapie"),
    ),
)
YEAR = 2026


def test_the_demo_s_own_settings_are_proposed_in_few_calls(link: SmallLink) -> None:
    link.james.debtor("1001")
    link.james.invoice(1, "1001", (12_100, 21, "tariff"))
    link.night()
    for account in link.division["GLAccounts"].rows.values():
        if account["Code"].strip() == "8012":
            account["ReportingCode"] = "WOmzNodOdh"
    client = link.client(link.ledger)
    lists = fetch_lists(client, dt.date(YEAR, 1, 1))
    before = len(link.world.log)
    document = {**lists, **fetch_chart(client, YEAR)}
    assert len(link.world.log) - before <= MAX_CALLS
    chart = chart_of(document, YEAR)
    assert chart.booked["8012"] == 10_000
    proposed = propose(FORM, chart)
    expected = values_of(FORM, settings_document(link.practice))
    wrong = {
        name: (got.code if (got := proposed.get(name)) else None, code)
        for name, code in expected.items()
        if proposed.get(name) is None or proposed[name].code != code
    }
    assert wrong == {}
    reason = proposed["revenue_1_patients_high"].reason
    assert "WOmzNodOdh" in reason
    assert "in 2026 is er 100,00 euro op geboekt" in reason
    _, faults = fill_in(FORM, {name: got.code for name, got in proposed.items()}, chart.lists)
    assert faults == []
    link.ledger.mirrors.save_lists(link.practice.code, document)
    assert account_names(link.ledger, link.practice.code)["1300"] == "Debiteuren"


def test_the_chart_is_read_from_exact_once(link: SmallLink, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hook:
        def __init__(self, _: str) -> None: ...

        def client(self, _: object, ledger: Ledger) -> ExactClient:
            return link.client(ledger)

    monkeypatch.setattr(intake, "ExactOnlineHook", Hook)
    practice = link.ledger.practices.get(link.practice.code)
    opened = intake.Intake(practice, FORM, None, None)
    first = intake.proposal(link.ledger, opened, dt.date(YEAR, 11, 1))
    asked = len(link.world.log)
    assert first["revenue_1_patients_low"].code == "8011"
    assert asked <= 6 + MAX_CALLS
    assert intake.proposal(link.ledger, opened, dt.date(YEAR, 12, 1)) == first
    assert len(link.world.log) == asked
    intake.proposal(link.ledger, opened, dt.date(YEAR + 1, 1, 1))
    assert len(link.world.log) > asked


def test_an_exact_that_is_away_gives_no_proposal(link: SmallLink, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: str) -> ExactOnlineHook:
        raise Unreachable("away")

    monkeypatch.setattr(intake, "ExactOnlineHook", away)
    opened = intake.Intake(link.ledger.practices.get(link.practice.code), FORM, None, None)
    assert intake.proposal(link.ledger, opened, dt.date(YEAR, 11, 1)) == {}


def test_a_code_that_can_not_be_booked_on_is_a_fault_of_its_own_cell(link: SmallLink) -> None:
    lists = chart_of(fetch_lists(link.client(link.ledger), dt.date(YEAR, 1, 1)), YEAR).lists
    values = values_of(FORM, settings_document(link.practice))
    for name, code, words in (
        ("sales_journal", "90", "90"),
        ("suspense_pin", "8010", "8010"),
        ("revenue_1_patients_low", "1300", "Kies een rekening van type Omzet"),
        ("revenue_1_patients_low", "9999", "9999"),
        ("condition_pin", "XX", "XX"),
    ):
        filled, faults = fill_in(FORM, {**values, name: code}, lists)
        assert filled is None
        assert name in {fault.field for fault in faults}
        assert any(words in fault.sentence for fault in faults), faults


def test_without_classes_and_balances_names_decide(link: SmallLink) -> None:
    chart = chart_of(fetch_lists(link.client(link.ledger), dt.date(YEAR, 1, 1)), YEAR)
    assert (chart.booked, chart.classes) == ({}, {})
    assert propose(FORM, chart)["revenue_1_patients_low"].code == "8011"

"""A night brings the list up to date, so that page, watch and stop say the same."""

from __future__ import annotations

import datetime as dt
from html import unescape

import pytest

from exact_online.activation.blockers import known_problems
from exact_online.book_day import AMSTERDAM
from exact_online.failures import NotReady
from exact_online.ledger import Ledger
from exact_online.report.watch_items import WatchItem, compose_for
from exact_online.requirements import Item, Requirement, State, check_now, confirm, known
from exact_online.requirements.checks import OF_LISTS
from exact_online.requirements.keeping import WITHOUT_SETTINGS
from exact_online.watch import watch_items
from exact_online.watch_requirements import requirement_items
from tests.link.small import BOOK_DAY, SmallLink


def check(link: SmallLink) -> None:
    practice = link.ledger.practices.get(link.practice.code)
    check_now(link.ledger, link.client(link.ledger), link.james_reader, practice, BOOK_DAY, "Sam")
    link.james_reader.rollback()
    for item in (Item.TITLES, Item.VAT_RETURN):
        confirm(link.ledger, practice, item, "Anna")


def check_of(link: SmallLink) -> list[Requirement]:
    practice = link.ledger.practices.get(link.practice.code)
    found = check_now(link.ledger, link.client(link.ledger), link.james_reader, practice, BOOK_DAY, "Sam")
    link.james_reader.rollback()
    return found


def states(link: SmallLink) -> dict[Item, State]:
    kept = known(link.ledger, link.practice.code)
    return {each.item: each.state for each in kept.requirements} if kept else {}


def journal(link: SmallLink, code: str) -> dict[str, object]:
    return next(row for row in link.division["Journals"].rows.values() if row["Code"].strip() == code)


def watched(ledger: Ledger, day: dt.date = BOOK_DAY) -> list[WatchItem]:
    return requirement_items(ledger, dt.datetime.combine(day, dt.time(7), AMSTERDAM))


def test_a_night_that_stops_on_a_wrong_setting_leaves_no_green_list(link: SmallLink) -> None:
    check(link)
    assert State.BLOCKS not in states(link).values()
    journal(link, "90")["AllowVAT"] = False
    with pytest.raises(NotReady) as stopped:
        link.night()
    assert states(link)[Item.GENERAL_JOURNAL] is State.BLOCKS
    kept = known(link.ledger, link.practice.code)
    assert kept is not None
    assert (kept.checked_by, kept.is_complete) == ("Sam", True)
    assert kept.refreshed_at is not None
    (general,) = [each for each in kept.requirements if each.item is Item.GENERAL_JOURNAL]
    assert general.sentences()[0] in str(stopped.value)
    assert states(link)[Item.IDENTITY] is State.MET, "what the lists don't tell stays as it was read"
    journal(link, "90")["AllowVAT"] = True
    link.night()
    assert State.BLOCKS not in states(link).values()


def test_the_watch_reads_that_list(link: SmallLink) -> None:
    """One source: what the page says is what is mailed, with its cure."""
    check(link)
    link.night()
    assert watched(link.ledger) == []
    row = next(row for row in link.division["PaymentConditions"].rows.values() if row["Code"].strip() == "30")
    row["PaymentDays"] = 99
    assert watched(link.ledger) == [], "it reads no lists of its own"
    link.night()
    (item,) = watched(link.ledger)
    kept = known(link.ledger, link.practice.code)
    assert kept is not None
    (days,) = [each for each in kept.requirements if each.item is Item.PAYMENT_DAYS]
    mail = unescape(compose_for("accountant", [item], BOOK_DAY).html)
    for words in (days.sentences()[0], days.where(), days.cure()):
        assert words in mail
    assert item.told_to == days.curer == "accountant"


def test_other_settings_have_a_list_after_one_night_and_keep_what_was_checked(link: SmallLink) -> None:
    check(link)
    link.setting(sales_journal="99")
    assert states(link) == {}
    with pytest.raises(NotReady):
        link.night()
    assert states(link)[Item.SALES_JOURNAL] is State.BLOCKS
    assert states(link)[Item.IDENTITY] is State.MET
    assert states(link)[Item.TITLES] is State.CONFIRMED


def test_what_only_a_night_read_is_not_all_that_is_required(link: SmallLink) -> None:
    """Nobody checked: nothing blocks by the lists, and that is not enough to switch on."""
    link.night()
    kept = known(link.ledger, link.practice.code)
    assert kept is not None
    assert (kept.checked_by, kept.is_complete) == (None, False)
    practice = link.ledger.practices.get(link.practice.code)
    assert known_problems(link.ledger, practice) is None
    check(link)
    assert known_problems(link.ledger, practice) == []


def test_accounts_of_a_profession_that_only_james_has_stay_missing(link: SmallLink) -> None:
    """M8: a night's lists don't tell which professions James has."""
    james = link.place.james_owner
    james.execute("insert into james.professie values (2, 'podotherapie', 'podotherapie')")
    james.execute("insert into james.praktijk_professie values (1, 2)")
    try:
        check(link)
        assert states(link)[Item.REVENUE_ACCOUNTS] is State.BLOCKS
        link.night()
        assert states(link)[Item.REVENUE_ACCOUNTS] is State.BLOCKS
    finally:
        james.execute("delete from james.praktijk_professie where professie_id = 2")
        james.execute("delete from james.professie where professie_id = 2")


def test_one_mail_speaks_of_the_next_year_once(link: SmallLink) -> None:
    """M19: the watch has a task of its own for it, with its own days."""
    periods = link.division["FinancialPeriods"]
    for key in [key for key, row in periods.rows.items() if row["FinYear"] == 2027]:
        periods.remove(key)
    check(link)
    link.night()
    assert states(link)[Item.NEXT_YEAR] is State.DUE_BEFORE
    found = watch_items(link.ledger, dt.datetime.combine(BOOK_DAY, dt.time(7), AMSTERDAM))
    assert [item.reason for item in found if "2027" in str(item.values)] == ["financial_year_missing"]


def test_a_night_sees_a_profession_that_james_has_since_the_check(link: SmallLink) -> None:
    """M8: the first invoice of it is rejected, and the list that stayed green says why."""
    check(link)
    assert states(link)[Item.REVENUE_ACCOUNTS] is State.MET
    james = link.place.james_owner
    james.execute("insert into james.professie values (2, 'podotherapie', 'podotherapie')")
    try:
        link.james.debtor("1001")
        link.james.invoice(2600001, "1001", (1_000, 0, "tariff"))
        james.execute("update james.factuurregel set professie_id = 2")
        link.night()
        assert states(link)[Item.REVENUE_ACCOUNTS] is State.BLOCKS
        kept = known(link.ledger, link.practice.code)
        assert kept is not None
        (accounts,) = [each for each in kept.requirements if each.item is Item.REVENUE_ACCOUNTS]
        assert accounts.sentences() == [
            "Professie 'podotherapie' mist 12 van twaalf omzetrekeningen, zoals verzekeraars nul."
        ]
        james.execute("update james.factuurregel set professie_id = 1")
        link.night()
        assert states(link)[Item.REVENUE_ACCOUNTS] is State.BLOCKS, "until somebody has it checked"
        check(link)
        assert states(link)[Item.REVENUE_ACCOUNTS] is State.MET
    finally:
        james.execute("update james.factuurregel set professie_id = 1")
        james.execute("delete from james.professie where professie_id = 2")


def test_a_division_that_was_renamed_stops_a_night_with_what_the_list_says(link: SmallLink) -> None:
    """FR-J11: the list stayed green, and no page cured it."""
    check(link)
    link.night()
    assert states(link)[Item.DIVISION_NAME] is State.MET
    before = known(link.ledger, link.practice.code)
    link.division.name = "Fysiotherapie De Brug BV"
    with pytest.raises(NotReady) as stopped:
        link.night()
    kept = known(link.ledger, link.practice.code)
    assert kept is not None
    assert before is not None
    (name,) = [each for each in kept.requirements if each.item is Item.DIVISION_NAME]
    assert name.state is State.BLOCKS
    assert name.sentences()[0] in str(stopped.value)
    assert kept.refreshed_at == before.refreshed_at, "the lists were not read"
    assert {each.item for each in before.requirements} == {each.item for each in kept.requirements}
    checked = {each.item: each for each in check_of(link)}
    assert checked[Item.DIVISION_NAME].sentences() == name.sentences(), "one rule for both"


def test_a_person_says_that_it_is_the_same_division(link: SmallLink) -> None:
    check(link)
    old, new, another = link.division.name, "Fysiotherapie De Brug BV", "Bakkerij De Brug"
    link.division.name = new
    with pytest.raises(NotReady):
        link.night()
    practice = link.ledger.practices.get(link.practice.code)
    assert confirm(link.ledger, practice, Item.DIVISION_NAME, "Anna")
    assert not confirm(link.ledger, practice, Item.DIVISION_NAME, "Anna"), "once"
    assert states(link)[Item.DIVISION_NAME] is State.CONFIRMED
    (event, *_) = link.ledger.events.latest(practice.code)
    assert (event.who, event.event) == ("Anna", "identity_confirmed")
    assert event.details == {"requirement": "division_name", "before": old, "name": new}
    assert link.ledger.practices.get(practice.code).division_name == new
    link.night()
    assert states(link)[Item.DIVISION_NAME] is State.MET
    link.division.name = another
    with pytest.raises(NotReady, match="heet in Exact 'Bakkerij De Brug'"):
        link.night()
    assert states(link)[Item.DIVISION_NAME] is State.BLOCKS, "it holds for exactly that name"
    link.division.name = new
    link.night()
    assert states(link)[Item.DIVISION_NAME] is State.MET


def test_other_settings_keep_what_a_night_says_of_the_name_alone(link: SmallLink) -> None:
    """A night that stops before it reads the lists must not call lists of older settings new."""
    check(link)
    link.setting(sales_journal="99")
    link.division.name = "Fysiotherapie De Brug BV"
    with pytest.raises(NotReady):
        link.night()
    assert states(link)[Item.DIVISION_NAME] is State.BLOCKS
    assert Item.SALES_JOURNAL not in states(link)
    assert states(link)[Item.TITLES] is State.CONFIRMED


def test_each_item_depends_on_settings_or_is_named_as_one_that_does_not() -> None:
    assert {check.__name__ for check in OF_LISTS} >= {
        item.value for item in Item if item not in WITHOUT_SETTINGS
    }

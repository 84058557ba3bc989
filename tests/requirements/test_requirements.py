"""Each requirement is broken in Exact, alone, and says so (M7-M16, M18, M19)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import psycopg
import pytest

from exact_online.api.scopes import declared
from exact_online.lacks import Lack
from exact_online.reasons import lacks, placeholders
from exact_online.requirements import (
    Item,
    Requirement,
    State,
    blocking,
    check_now,
    confirm,
    due,
    known,
    to_confirm,
)
from exact_online.requirements.facts import MAX_CALLS
from exact_online.requirements.requirement import words
from exact_online.vocabulary import GlAccountType, JournalType
from tests.link.scopes import grant_only
from tests.link.small import BOOK_DAY, SmallLink
from tests.test_stops import LONG

TO_CONFIRM = {Item.VAT_RETURN, Item.TITLES}
"""What nothing in a new division proves."""


def checked(link: SmallLink, day: dt.date = BOOK_DAY) -> dict[Item, Requirement]:
    practice = link.ledger.practices.get(link.practice.code)
    client = link.client(link.ledger)
    found = check_now(link.ledger, client, link.james_reader, practice, day, "Sam Support")
    link.james_reader.rollback()
    return {each.item: each for each in found}


def change(table: str, code: str, **values: object) -> Callable[[SmallLink], None]:
    def break_it(link: SmallLink) -> None:
        row = next(row for row in link.division[table].rows.values() if row["Code"].strip() == code)
        row.update(values)

    return break_it


def remove(table: str, code: str) -> Callable[[SmallLink], None]:
    def break_it(link: SmallLink) -> None:
        there = link.division[table]
        there.remove(next(key for key, row in there.rows.items() if row["Code"].strip() == code))

    return break_it


def view_only(link: SmallLink) -> None:
    link.world.user.view_only = True


def without_scope(link: SmallLink) -> None:
    grant_only(link.world, {name: level for name, level in declared().items() if name != "Crm accounts"})


def of_another(link: SmallLink) -> None:
    link.place.james_owner.execute("update james.praktijk set kvk_nummer = '11111111', btw_nummer = 'NL1B01'")
    link.division.registered = {"ChamberOfCommerceNumber": "22222222", "VATNumber": "NL2B01"}


def renamed(link: SmallLink) -> None:
    link.division.name = "Praktijk Noorderlicht Fysio"


def no_vat_codes(link: SmallLink) -> None:
    for key in list(link.division["VATCodes"].rows):
        link.division["VATCodes"].remove(key)


def titles_gone(link: SmallLink) -> None:
    link.division.titles.clear()


def entries_by_hand(link: SmallLink) -> None:
    """A ledger that was lost: what it booked is of others now."""
    link.james.debtor("1001")
    link.james.invoice(2026007, "1001", (3_500, 0, "tariff"))
    link.night()
    link.place.empty()
    link._register()
    link.james.debtor("1001")
    link.james.invoice(2026007, "1001", (3_500, 0, "tariff"))


def number_taken(link: SmallLink) -> None:
    link.james.debtor("900001")


def little_headroom(link: SmallLink) -> None:
    link.james.debtor("899995")


def known_relation(link: SmallLink) -> None:
    link.james.debtor("1001", name="Pietersen")
    relation = {"Code": "1001".rjust(18), "Name": "Pietersen 1001, A.", "Postcode": "9711 AA", "Status": "C"}
    link.division.add("Accounts", relation)


def eleven_periods(link: SmallLink) -> None:
    there = link.division["FinancialPeriods"]
    for key in [key for key, row in there.rows.items() if (row["FinYear"], row["FinPeriod"]) == (2026, 12)]:
        there.remove(key)


def no_next_year(link: SmallLink) -> None:
    there = link.division["FinancialPeriods"]
    for key in [key for key, row in there.rows.items() if row["FinYear"] == 2027]:
        there.remove(key)


_GENERAL_JOURNAL, _GENERAL, _REVENUE = (
    int(JournalType.GENERAL),
    int(GlAccountType.GENERAL),
    int(GlAccountType.REVENUE),
)
ALSO = {
    Item.VAT_RETURN: {Item.VAT_CODES},
    Item.SALES_JOURNAL: {Item.RECEIVABLES},
    Item.ENTRY_NUMBERS: {Item.KNOWN_RELATIONS},
}
"""What the same fault is told of too."""
BROKEN = [
    (view_only, Item.USER_RIGHTS, State.BLOCKS, "gebruiker die alleen meekijkt"),
    (without_scope, Item.APP_SCOPES, State.BLOCKS, "Crm accounts"),
    (renamed, Item.DIVISION_NAME, State.BLOCKS, "heet in Exact 'Praktijk Noorderlicht Fysio'"),
    (of_another, Item.IDENTITY, State.BLOCKS, "KvK-nummer, btw-nummer verschillen"),
    (remove("Journals", "70"), Item.SALES_JOURNAL, State.BLOCKS, "Dagboek '70' bestaat niet"),
    (change("Journals", "70", Type=_GENERAL_JOURNAL), Item.SALES_JOURNAL, State.BLOCKS, "verkoopboek"),
    (change("Journals", "90", AllowVAT=False), Item.GENERAL_JOURNAL, State.BLOCKS, "vinkje btw"),
    (entries_by_hand, Item.ENTRY_NUMBERS, State.DUE_NOW, "Dagboek 70 heeft al 1 boekstukken"),
    (no_vat_codes, Item.VAT_RETURN, State.BLOCKS, "staat zo te zien uit"),
    (change("VATCodes", "2", GLToPay=None), Item.VAT_CODES, State.BLOCKS, "'2'"),
    (change("VATCodes", "5", GLToPay=None), Item.VAT_CODES, State.BLOCKS, "'5'"),
    (change("VATCodes", "1", IsBlocked=True), Item.VAT_CODES, State.BLOCKS, "'1'"),
    (change("GLAccounts", "1300", Type=_GENERAL), Item.RECEIVABLES, State.BLOCKS, "1300"),
    (change("Journals", "70", GLAccount="another"), Item.RECEIVABLES, State.BLOCKS, "1300"),
    (change("GLAccounts", "1101", Type=_REVENUE), Item.SUSPENSE_ACCOUNTS, State.BLOCKS, "1101"),
    (change("GLAccounts", "1001", IsBlocked=True), Item.SUSPENSE_ACCOUNTS, State.BLOCKS, "1001"),
    (change("GLAccounts", "8012", Type=_GENERAL), Item.REVENUE_ACCOUNTS, State.BLOCKS, "8012"),
    (change("GLAccounts", "8012", UseCostcenter=1), Item.REVENUE_ACCOUNTS, State.BLOCKS, "kostenplaats"),
    (change("PaymentConditions", "PI", PaymentMethod="K"), Item.PAYMENT_CONDITIONS, State.BLOCKS, "krediet"),
    (remove("PaymentConditions", "60"), Item.PAYMENT_CONDITIONS, State.BLOCKS, "'60'"),
    (change("PaymentConditions", "30", PaymentDays=99), Item.PAYMENT_DAYS, State.DUE_NOW, "99 dagen"),
    (titles_gone, Item.TITLES, State.BLOCKS, "DHR, MEVR"),
    (number_taken, Item.NUMBER_RANGE, State.BLOCKS, "zoals 900001"),
    (little_headroom, Item.NUMBER_RANGE, State.DUE_NOW, "Nog 5 debiteurennummers vrij"),
    (known_relation, Item.KNOWN_RELATIONS, State.DUE_NOW, "zoals 1001"),
    (eleven_periods, Item.PERIODS, State.BLOCKS, "11 periode(n)"),
    (no_next_year, Item.NEXT_YEAR, State.DUE_BEFORE, "Boekjaar 2027 ontbreekt"),
]  # fmt: skip


def test_a_right_division_meets_all_in_at_most_fifteen_calls(link: SmallLink) -> None:
    link.james.debtor("1001")
    found = checked(link)
    asked = [call for call in link.world.log if "UserHasRights" not in call.path]
    assert 0 < len(asked) <= MAX_CALLS
    assert set(found) == set(Item)
    wrong = {item for item, each in found.items() if each.is_open}
    assert wrong == TO_CONFIRM
    (numbers,) = found[Item.NUMBER_RANGE].sentences()
    assert numbers == ("In James in gebruik: 1001; nieuwe beginnen bij 1002. Eerste vreemde nummer: 900001.")
    for item in TO_CONFIRM:
        assert confirm(link.ledger, link.ledger.practices.get(link.practice.code), item, "Anna Accountant")
    before = len(link.world.log)
    kept = known(link.ledger, link.practice.code)
    assert kept is not None
    assert (kept.checked_by, [each for each in kept.requirements if each.is_open]) == ("Sam Support", [])
    (titles,) = [each for each in kept.requirements if each.item is Item.TITLES]
    assert (titles.state, titles.confirmed_by) == (State.CONFIRMED, "Anna Accountant")
    assert len(link.world.log) == before, "a page calls nobody"


@pytest.mark.parametrize(("break_it", "item", "state", "sentence"), BROKEN)
def test_what_is_broken_is_said(
    link: SmallLink, break_it: Callable[[SmallLink], None], item: Item, state: State, sentence: str
) -> None:
    break_it(link)
    found = checked(link)
    assert found[item].state is state
    assert sentence in found[item].sentences()[0]
    assert "onbekend" not in " ".join(found[item].sentences())
    assert {each.item for each in found.values() if each.is_open} <= {item, *TO_CONFIRM, *ALSO.get(item, ())}


def test_a_contact_proves_a_title_and_a_night_looks_after_entry_numbers(link: SmallLink) -> None:
    """M14: what Exact shows is not asked."""
    link.james.debtor("1001")
    link.james.invoice(2026007, "1001", (3_500, 0, "tariff"))
    link.night()
    found = checked(link)
    (sentence,) = found[Item.TITLES].sentences()
    assert sentence.startswith("Geen contactpersoon in Exact heeft aanspreektitel DHR, dus iemand bevestigt")
    assert found[Item.ENTRY_NUMBERS].state is State.NOT_APPLICABLE


def test_a_confirmation_holds_for_what_was_confirmed_and_other_settings_ask_anew(link: SmallLink) -> None:
    of_another(link)
    assert checked(link)[Item.IDENTITY].state is State.BLOCKS
    practice = link.ledger.practices.get(link.practice.code)
    assert not confirm(link.ledger, practice, Item.SALES_JOURNAL, "Anna"), "Exact says it"
    assert confirm(link.ledger, practice, Item.IDENTITY, "Anna")
    assert checked(link)[Item.IDENTITY].confirmed_by == "Anna"
    link.division.name = "Een heel andere zaak"
    assert checked(link)[Item.IDENTITY].state is State.BLOCKS
    link.setting(one_number_series=True)
    assert known(link.ledger, link.practice.code) is None
    with pytest.raises(psycopg.errors.RaiseException):
        link.ledger.conn.execute("update exact_sync.requirement_confirmation set confirmed_by = 'x'")


def test_the_next_year_is_asked_for_from_november_on(link: SmallLink) -> None:
    """M19."""
    no_next_year(link)
    assert checked(link, dt.date(2026, 10, 31))[Item.NEXT_YEAR].state is State.NOT_APPLICABLE
    found = checked(link, dt.date(2026, 11, 1))
    later = [each for each in due(found.values(), dt.date(2026, 11, 1)) if each.due]
    (told,) = [each for each in later if each.item is Item.NEXT_YEAR]
    assert (told.item, told.due) == (Item.NEXT_YEAR, dt.date(2026, 12, 31))
    assert due([told], dt.date(2026, 10, 31)) == []


def test_an_unproven_title_blocks_and_the_vat_return_has_time_until_the_first_return(link: SmallLink) -> None:
    """M9, M14: what makes Exact reject every patient keeps the nights off, and nothing else."""
    last_day = dt.date(2026, 11, 30)
    assert link.practice.link_date.month == 10, "a return of October is filed in November"
    found = checked(link)
    assert found[Item.TITLES].state is State.BLOCKS
    assert "weigert Exact de debiteuren" in blocking([found[Item.TITLES]])[0]
    vat_return = found[Item.VAT_RETURN]
    assert (vat_return.state, vat_return.due) == (State.DUE_BEFORE, last_day)
    assert "Er wordt al wel geboekt" in vat_return.sentences()[0]
    assert checked(link, last_day + dt.timedelta(days=1))[Item.VAT_RETURN].state is State.DUE_NOW
    link.division.titles.clear()
    link.james.debtor("1001")
    (item,) = link.night().items
    assert item.state == "rejected", "so it is in Exact"


def test_what_can_only_be_confirmed_can_be_so_before_anything_is_read(link: SmallLink) -> None:
    practice = link.ledger.practices.get(link.practice.code)
    assert known(link.ledger, practice.code) is None
    assert {each.item for each in to_confirm(link.ledger, practice)} == TO_CONFIRM
    for item in TO_CONFIRM:
        assert confirm(link.ledger, practice, item, "Anna")
    assert not confirm(link.ledger, practice, Item.IDENTITY, "Anna")
    assert [each for each in to_confirm(link.ledger, practice) if each.is_open] == []
    assert [item for item, each in checked(link).items() if each.is_open] == []


def test_each_item_has_its_words_and_each_lack_its_values() -> None:
    for item, its in words().items():
        for text in (its.title_nl, its.title_en, its.where_nl, its.where_en, its.cure_nl, its.cure_en):
            assert text, item
        assert its.cure_nl.endswith("."), item
    for lack, entry in lacks().items():
        assert set(placeholders(lack)) <= set(LONG), lack
        for sentence in (entry.dutch, entry.english):
            assert sentence.endswith("."), lack
    assert set(lacks()) == set(Lack)

"""Who is still the same person when the card changes (FR-F5); all people are invented."""

from __future__ import annotations

import pytest

from exact_online.ledger.relations import PURGED
from exact_online.load.persons import is_other_person
from tests.link.small import SmallLink


def card(initials: str, last: str, gender: str = "V", first: str = "") -> dict[str, str]:
    """A contact as the transform makes it: initials stand in for a first name."""
    fields = {"Initials": initials, "FirstName": first or initials, "LastName": last, "Gender": gender}
    return {name: text for name, text in fields.items() if text}


SAME = {
    "nothing": (card("A.", "Jansen"), card("A.", "Jansen")),
    "marriage": (card("A.", "Jansen"), card("A.", "Vries")),
    "marriage and an extra initial": (card("A.", "Jansen"), card("A.B.", "Vries")),
    "marriage and one initial less": (card("A.B.", "Jansen"), card("A.", "Vries")),
    "marriage and a call name": (card("J.M.", "Bos", first="Johanna"), card("J.M.", "Vos", first="Annie")),
    "marriage and now a first name": (card("A.", "Jansen"), card("", "Vries", first="Anna")),
    "an extra initial": (card("A.", "Jansen"), card("A.B.C.", "Jansen")),
    "a maiden name behind a hyphen": (card("A.", "Jansen"), card("B.", "Vries-Jansen")),
    "the maiden name alone again": (card("A.", "Vries - Jansen"), card("Annie", "Jansen")),
    "a typing error": (card("A.", "Jansen"), card("B.", "Janssen")),
    "a typing error in both": (card("A.", "Visser", first="Marieke"), card("A.", "Vissers", first="Marike")),
    "an accent": (card("A.", "Ozturk"), card("B.", "Öztürk")),
    "ij and y": (card("A.", "Meijer"), card("B.", "Meyer")),
    "capitals and blanks": (card("a b", "JANSEN"), card("A.B.", "Jansen")),
    "a prefix in the last name": (card("A.", "van der Berg"), card("B.", "Berg")),
    "a full name for a short one": (card("J.", "Smit", first="Jan"), card("J.", "Bakker", first="Jantje")),
    "a corrected sex": (card("A.", "Jansen", "M"), card("A.", "Jansen", "V")),
    "a sex that was not known": (card("A.", "Jansen", "O"), card("A.", "Vries", "V")),
    "another given name at the registry": (card("A.", "Jansen", "V"), card("B.", "Jansen", "V")),
    "initials that were not known": (card("", "Jansen"), card("B.", "Vries")),
    "letters of another script": (card("А.", "Иванов"), card("А.", "Иванова")),
}
OTHER = {
    "another name altogether": (card("A.", "Jansen"), card("P.", "Smit", first="Piet")),
    "another name, of the other sex": (card("A.", "Jansen", "V"), card("A.", "Smit", "M")),
    "the partner with the same last name": (card("A.", "Jansen", "V"), card("P.", "Jansen", "M")),
    "one initial in common, other first names": (
        card("A.", "Jansen", first="Anna"),
        card("A.", "Smit", first="Astrid"),
    ),
    "a last name that sounds alike": (card("A.", "Jansen"), card("P.", "Hansen")),
    "two short names with one letter other": (card("A.", "Bos"), card("P.", "Vos")),
    "a prefix in common": (card("A.", "van der Berg"), card("P.", "van der Meer")),
    "initials the other way round": (card("A.B.", "Jansen"), card("B.A.", "Smit")),
}


@pytest.mark.parametrize("change", SAME)
def test_one_change_leaves_a_person_the_same(change: str) -> None:
    before, now = SAME[change]
    assert (is_other_person(before, now), is_other_person(now, before)) == (False, False)


@pytest.mark.parametrize("change", OTHER)
def test_two_changes_are_another_person(change: str) -> None:
    before, now = OTHER[change]
    assert (is_other_person(before, now), is_other_person(now, before)) == (True, True)


@pytest.mark.parametrize(
    ("fields", "is_other"),
    [
        ((), False),
        (("LastName",), False),
        (("FirstName",), False),
        (("FirstName", "Initials"), False),
        (("LastName", "Initials"), False),
        (("LastName", "Gender"), True),
        (("LastName", "FirstName", "Initials"), True),
    ],
)
def test_of_a_purged_card_what_differs_counts_as_other(fields: tuple[str, ...], is_other: bool) -> None:
    """B7: how far a name differs can't be told from its fingerprint; a person may say otherwise."""
    now = card("A.B.", "Jansen", "V", first="Anna")
    assert is_other_person({**now, **dict.fromkeys(fields, PURGED)}, now) is is_other


def test_who_married_and_has_an_extra_initial_is_changed_in_exact_without_a_word(link: SmallLink) -> None:
    """C7: no act is needed, and her invoice is booked."""
    link.james.debtor("1001")
    link.night()
    link.james.conn.execute(
        "update james.debiteur set naam = 'Vries, A.B. de', voorletters = 'A.B.', tussenvoegsel = 'de',"
        " achternaam = 'Vries' where debiteurnummer = '1001'"
    )
    link.james.invoice(1, "1001")
    assert link.night().items == []
    assert "Vries" in link.division.relation("1001")["Name"]
    assert len(link.entries(1)) == 1

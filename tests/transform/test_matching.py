"""Relations from previous software: which look like a debtor, and which do not (M16)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from exact_online.transform.checks import plain_code
from exact_online.transform.matching import find_matches
from exact_online.vocabulary import MatchKind


@dataclass(frozen=True)
class Relation:
    """What the mirror has of a relation."""

    name: str
    code: str = "55"
    postcode: str | None = "1234 AB"
    exact_id: str = "x"


def debtor(**changes: str) -> dict[str, Any]:
    return {
        "debtor_number": "1001",
        "debtor_kind": "patient",
        "name": "A.B. van der Vries",
        "initials": "A.B.",
        "first_name": "Anna",
        "prefix": "van der",
        "last_name": "Vries",
        "postcode": "1234 AB",
        **changes,
    }


def kinds(relation: Relation, **changes: str) -> list[MatchKind]:
    return [match.kind for match in find_matches([debtor(**changes)], [relation], plain_code)]


@pytest.mark.parametrize(
    "name",
    [
        "Vries, A.B. van der",
        "A.B. van der Vries",
        "Mevr. A.B. van der Vries",
        "Vries, AB van der",
        "Vries, B.A. v.d.",
        "VRIES, A.B. VAN DER",
        "Vríes, A. B. van der",
        "van der Vries, A.B.",
        "Vandervries, A.B.",
        "dhr. A.B. vd Vries",
    ],
)
def test_one_person_however_the_name_is_written(name: str) -> None:
    assert kinds(Relation(name)) == [MatchKind.OTHER_NUMBER_SAME_NAME]
    assert kinds(Relation(name, code="1001", postcode="1234ab")) == [MatchKind.SAME_NUMBER_SAME_NAME]
    assert kinds(Relation(name, code="01001", postcode="9999 ZZ")) == [MatchKind.SAME_NUMBER_NEAR_NAME]


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("Vriess, A.B. van der", {}),
        ("Vries, A. van der", {}),
        ("Vries", {}),
        ("Vries-Bakker, A.B. van der", {}),
        ("Vries, Anna van der", {}),
        ("Janssen, J.", {"last_name": "Jansen", "prefix": "", "initials": "J.", "first_name": ""}),
    ],
)
def test_a_near_name_is_listed_as_near(name: str, changes: dict[str, str]) -> None:
    assert kinds(Relation(name), **changes) == [MatchKind.OTHER_NUMBER_NEAR_NAME]
    assert kinds(Relation(name, code="1001"), **changes) == [MatchKind.SAME_NUMBER_NEAR_NAME]


@pytest.mark.parametrize(
    "relation",
    [
        Relation("Vries, C. van der"),  # who lives at the same address
        Relation("Bakker, A.B."),
        Relation("Kantoorhandel Pen BV", code="1001"),
        Relation("Vries, A.B. van der", postcode="9999 ZZ"),  # another number, elsewhere
        Relation("Vries, A.B. van der", postcode=None),
    ],
)
def test_who_is_somebody_else_is_not_listed(relation: Relation) -> None:
    assert kinds(relation) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("Zilveren Kruis", "Zilveren Kruis B.V.", MatchKind.OTHER_NUMBER_SAME_NAME),
        ("Stichting Zorggroep Noord", "Zorggroep-Noord", MatchKind.OTHER_NUMBER_SAME_NAME),
        ("Zorgroep Noord", "Zorggroep Noord", MatchKind.OTHER_NUMBER_NEAR_NAME),
        ("Menzis", "VGZ", None),
    ],
)
def test_organisations_have_names_alone(ours: str, theirs: str, expected: MatchKind | None) -> None:
    found = kinds(Relation(theirs), debtor_kind="insurer", name=ours, last_name="")
    assert found == ([expected] if expected else [])


def test_initials_of_a_first_name_count_where_james_has_no_others() -> None:
    assert kinds(Relation("Vries, A. van der"), initials="") == [MatchKind.OTHER_NUMBER_SAME_NAME]


def test_eight_thousand_are_compared_in_seconds() -> None:
    """Only neighbours and equal numbers are compared: not all with all."""
    people = [
        debtor(debtor_number=str(n), last_name=f"Naam{n:05d}x", postcode=f"{n} AB") for n in range(8000)
    ]
    relations = [
        Relation(f"Naam{n:05d}x, A.B. van der", str(n + 100_000), f"{n}AB", str(n)) for n in range(8000)
    ]
    found = find_matches(people, relations, plain_code)
    assert len(found) == 8000

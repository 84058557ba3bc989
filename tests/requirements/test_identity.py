"""Whose division it is: what differs between the practice in James and the division (M6). Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from dev.demo.practices import practice, settings_document
from exact_online.requirements import State
from exact_online.requirements.access import differences, identity
from exact_online.requirements.facts import Facts, Registered
from exact_online.settings_document import read_settings

DAY = dt.date(2026, 11, 22)
WHOLE = Registered("Fysiotherapie Noord", "12345678", "NL001234567B01", ("NL91ABNA0417164300",))
IBANS = [
    (("NL91ABNA0417164300",), ("nl91 abna 0417 1643 00",), []),
    (("NL91ABNA0417164300", "NL20INGB0001234567"), ("NL20INGB0001234567",), []),
    (("NL91ABNA0417164300",), ("NL20INGB0001234567",), ["iban"]),
    ((), ("NL20INGB0001234567",), []),
    (("NL91ABNA0417164300",), ("",), []),
]
NAMES = [
    ("Fysiotherapie Noord", "Fysiotherapie Noord", []),
    ("Fysiotherapie Noord B.V.", "fysiotherapie noord", []),
    ("Maatschap Fysiotherapie Noord", "Fysiotherapie Noord VOF", []),
    ("Noord", "Fysiotherapie Noord", []),
    ("Fysiothérapie Noord", "Fysiotherapie Noord", []),
    ("Fysiotherapie Noord", "Fysiotherapie Zuid", ["name"]),
    ("Bakkerij Het Krentenbrood", "Fysiotherapie Noord", ["name"]),
    ("", "Fysiotherapie Noord", []),
    ("B.V.", "Fysiotherapie Noord", []),
]


@pytest.mark.parametrize(("in_exact", "in_james", "found"), IBANS)
def test_one_iban_in_common_is_enough(
    in_exact: tuple[str, ...], in_james: tuple[str, ...], found: list[str]
) -> None:
    """Blanks and small letters aside; a side that has none differs from nothing."""
    assert differences(replace(WHOLE, ibans=in_exact), replace(WHOLE, ibans=in_james)) == found


@pytest.mark.parametrize(("in_exact", "in_james", "found"), NAMES)
def test_a_name_that_has_all_words_of_the_other_is_alike(
    in_exact: str, in_james: str, found: list[str]
) -> None:
    """Legal forms, accents and capitals aside."""
    assert differences(replace(WHOLE, name=in_exact), replace(WHOLE, name=in_james)) == found


@pytest.mark.parametrize("field", ["chamber_of_commerce", "vat_number"])
def test_numbers_are_compared_by_their_letters_and_figures(field: str) -> None:
    assert differences(WHOLE, replace(WHOLE, **{field: None})) == []
    assert differences(WHOLE, replace(WHOLE, **{field: f" {getattr(WHOLE, field).lower()}. "})) == []
    assert differences(WHOLE, replace(WHOLE, **{field: "87654321"})) == [field]


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, State.MET),
        ({"ibans": ("NL20INGB0001234567",)}, State.MET),
        ({"name": "Bakkerij"}, State.MET),
        ({"name": "Bakkerij", "ibans": ("NL20INGB0001234567",)}, State.BLOCKS),
        ({"chamber_of_commerce": "1", "vat_number": "2"}, State.BLOCKS),
    ],
    ids=["alike", "another bank", "trade name", "another name and bank", "another company"],
)
def test_one_difference_is_a_trade_name_or_a_bank_and_two_are_another_division(
    changes: dict[str, object], state: State
) -> None:
    settings = read_settings("noord", 1, 100, settings_document(practice("noorderlicht")))
    in_exact = replace(WHOLE, **changes)  # type: ignore[arg-type]
    facts = Facts(DAY, DAY, settings, {}, frozenset(), in_exact=in_exact, in_james=WHOLE)
    found = identity(facts)
    assert found.state is state
    if state is State.BLOCKS:
        assert found.subject == f"100 {in_exact.name}"
        assert in_exact.name in found.sentences()[0]

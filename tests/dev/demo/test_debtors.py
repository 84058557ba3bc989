"""Debtors of the demo: invented people, real insurers, numbers as James assigns them (M15, M16)."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from dev.demo.james_names import INSURERS
from dev.demo.practices import Practice, practices

Connection = psycopg.Connection[Any]


def debtor_numbers(james: Connection, of: Practice, kind: str) -> list[int]:
    rows = james.execute(
        "select debiteurnummer::bigint from james.debiteur inner join james.praktijk using (praktijk_id)"
        " where praktijkcode = %s and soort = %s order by 1",
        [of.james_practice_code, kind],
    )
    return [number for (number,) in rows]


@pytest.mark.parametrize("known", practices(), ids=lambda known: known.code)
def test_insurers_come_first_then_new_patients(known: Practice, james: Connection) -> None:
    """M16"""
    insurers = debtor_numbers(james, known, "Verzekeraar")
    new = [
        number for number in debtor_numbers(james, known, "Patiënt") if number >= known.first_debtor_number
    ]
    assert insurers == list(range(known.first_debtor_number, known.first_debtor_number + len(insurers)))
    assert min(new) == max(insurers) + 1


def test_imported_patients_keep_their_old_numbers(james: Connection) -> None:
    """M16: 1000 numbers are reserved for them."""
    noorderlicht = practices()[0]
    imported = [number for number in debtor_numbers(james, noorderlicht, "Patiënt") if number <= 1000]
    assert len(imported) == noorderlicht.imported_debtors > 0
    assert noorderlicht.first_debtor_number == 1001


@pytest.mark.parametrize("known", practices(), ids=lambda known: known.code)
def test_no_number_is_a_supplier_of_the_division(known: Practice, james: Connection) -> None:
    """M15"""
    suppliers = {int(text.split()[0]) for text in known.foreign_relations}
    for kind in ("Verzekeraar", "Patiënt", "Instelling"):
        assert suppliers.isdisjoint(debtor_numbers(james, known, kind))


def test_insurers_have_one_uzovi_number_each() -> None:
    numbers = [number for number, _ in INSURERS]
    assert len(set(numbers)) == len(numbers) >= 25
    assert all(number.isdigit() and len(number) == 4 for number in numbers)


def test_direct_debit_has_a_valid_iban_that_nobody_has(james: Connection) -> None:
    ibans = [
        iban
        for (iban,) in james.execute("select iban from james.debiteur where betalingsconditie = 'INCASSO'")
    ]
    assert len(ibans) > 10
    for iban in ibans:
        assert int("".join(str(int(letter, 36)) for letter in iban[4:] + iban[:4])) % 97 == 1
        assert (
            sum(weight * int(digit) for weight, digit in zip(range(10, 0, -1), iban[8:], strict=True)) % 11
            != 0
        )


def test_no_bsn_is_a_real_one(james: Connection) -> None:
    numbers = [bsn for (bsn,) in james.execute("select bsn from james.patient")]
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    assert len(numbers) == 100
    assert all(
        sum(weight * int(digit) for weight, digit in zip(weights, bsn, strict=True)) % 11 != 0
        for bsn in numbers
    )


def test_postcodes_are_valid(james: Connection) -> None:
    odd = james.execute(
        "select postcode from james.debiteur"
        " where postcode !~ '^[1-9][0-9]{3} [A-Z]{2}$' or postcode ~ ' (SA|SD|SS)$'"
    )
    assert odd.fetchall() == []

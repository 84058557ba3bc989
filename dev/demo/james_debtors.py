"""Make the debtors of a practice: insurers, invented patients and institutions.

All have numbers of James' one range (M15, M16).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dev.demo import james_names
from dev.demo.practices import Practice

IDS_PER_PRACTICE = 100_000_000
"""Keys of practice n start at n times this: the rows of one practice don't depend on another's."""

PATIENT, INSURER, INSTITUTION = "Patiënt", "Verzekeraar", "Instelling"
PATIENT_CONDITIONS = ("14D", "21D", "30D", "INCASSO")
PATIENT_CONDITION_SHARES = (0.45, 0.15, 0.10, 0.30)


@dataclass(frozen=True)
class Debtors:
    """Frames of the tables debiteur and patient, and per kind of debtor its rows in ``cards``."""

    cards: pd.DataFrame
    patients: pd.DataFrame
    rows: dict[str, NDArray[np.int64]]

    @property
    def ids(self) -> NDArray[np.int64]:
        return self.cards["debiteur_id"].to_numpy(np.int64)

    @property
    def conditions(self) -> NDArray[np.object_]:
        return self.cards["betalingsconditie"].to_numpy(object)


def make_debtors(practice: Practice, practice_id: int, patients: int, rng: np.random.Generator) -> Debtors:
    """Return the debtors of a practice.

    Imported patients have numbers of their previous system; insurers, new patients and institutions
    have numbers from the practice's start number on.
    """
    insurers = _insurers(practice.shape.insurers)
    people = _patients(patients, rng)
    institutions = _institutions(min(practice.shape.institutions, len(james_names.INSTITUTIONS)), rng)
    cards = pd.concat([insurers, people, institutions], ignore_index=True)
    imported = len(insurers) + np.arange(min(practice.imported_debtors, patients))
    cards.insert(0, "debiteur_id", practice_id * IDS_PER_PRACTICE + np.arange(len(cards)))
    cards.insert(1, "praktijk_id", practice_id)
    cards.insert(2, "debiteurnummer", _numbers(len(cards), imported, practice.first_debtor_number, rng))
    rows = {kind: np.flatnonzero(cards["soort"] == kind) for kind in (PATIENT, INSURER, INSTITUTION)}
    return Debtors(cards, _medical(cards, rows[PATIENT], rng), rows)


def _numbers(
    count: int, imported: NDArray[np.int64], first: int, rng: np.random.Generator
) -> NDArray[np.str_]:
    """Imported debtors get numbers below ``first``, at random; the others from it on (M16)."""
    numbers = np.empty(count, dtype=np.int64)
    numbers[imported] = np.sort(rng.choice(np.arange(1, max(first, 2)), len(imported), replace=False))
    new = np.setdiff1d(np.arange(count), imported)
    numbers[new] = first + np.arange(len(new))
    return numbers.astype(str)


def _insurers(count: int) -> pd.DataFrame:
    chosen = james_names.INSURERS[:count]
    return pd.DataFrame(
        {
            "soort": INSURER,
            "naam": [name for _, name in chosen],
            "land": "NL",
            "betalingsconditie": "30D",
            "uzovi_nummer": [number for number, _ in chosen],
        }
    )


def _institutions(count: int, rng: np.random.Generator) -> pd.DataFrame:
    names = pd.Series(james_names.INSTITUTIONS[:count])
    return pd.DataFrame(
        {
            "soort": INSTITUTION,
            "naam": names,
            **_addresses(count, rng),
            "betalingsconditie": rng.choice(["30D", "60D"], count),
        }
    )


def _patients(count: int, rng: np.random.Generator) -> pd.DataFrame:
    conditions = rng.choice(PATIENT_CONDITIONS, count, p=PATIENT_CONDITION_SHARES)
    people = _people(count, rng)
    return pd.DataFrame(
        {
            "soort": PATIENT,
            **people,
            **_addresses(count, rng),
            **_phone_and_mail(count, rng),
            "iban": [
                iban if wanted else None
                for iban, wanted in zip(_ibans(count, rng), conditions == "INCASSO", strict=True)
            ],
            "betalingsconditie": conditions,
        }
    )


def _people(count: int, rng: np.random.Generator) -> dict[str, list[str | None]]:
    genders = rng.choice(["M", "V", "O"], count, p=[0.47, 0.50, 0.03])
    names = {
        "M": james_names.FIRST_NAMES_M,
        "V": james_names.FIRST_NAMES_V,
        "O": james_names.FIRST_NAMES_V + james_names.FIRST_NAMES_M,
    }
    first = [
        names[gender][int(place * len(names[gender]))]
        for gender, place in zip(genders, rng.random(count), strict=True)
    ]
    second = rng.choice(list("ABCDEFGHJKLM"), count)
    initials = [f"{name[0]}.{letter}." for name, letter in zip(first, second, strict=True)]
    last = [james_names.LAST_NAMES[place] for place in rng.integers(0, len(james_names.LAST_NAMES), count)]
    shown = [" ".join(filter(None, (letters, *name))) for letters, name in zip(initials, last, strict=True)]
    return {
        "naam": list(shown),
        "voorletters": list(initials),
        "voornaam": list(first),
        "tussenvoegsel": [prefix for prefix, _ in last],
        "achternaam": [name for _, name in last],
        "geslacht": genders.tolist(),
    }


def _addresses(count: int, rng: np.random.Generator) -> dict[str, list[str | None]]:
    places = [james_names.PLACES[place] for place in rng.integers(0, len(james_names.PLACES), count)]
    letters = rng.choice(list(james_names.POSTCODE_LETTERS), (count, 2))
    digits = [first + offset for (_, first), offset in zip(places, rng.integers(0, 5, count), strict=True)]
    return {
        "straat": rng.choice(james_names.STREETS, count).tolist(),
        "huisnummer": rng.integers(1, 250, count).astype(str).tolist(),
        "toevoeging": [
            letter or None
            for letter in rng.choice(["", "A", "bis", "2-hoog"], count, p=[0.85, 0.08, 0.04, 0.03])
        ],
        "postcode": [f"{number} {one}{two}" for number, (one, two) in zip(digits, letters, strict=True)],
        "plaats": [place for place, _ in places],
        "land": ["NL"] * count,
    }


def _phone_and_mail(count: int, rng: np.random.Generator) -> dict[str, list[str | None]]:
    """Phone numbers that nobody has, and mail addresses in the domain reserved for examples."""
    phones = [f"06-00{number:06d}" for number in rng.integers(0, 1_000_000, count)]
    return {
        "telefoon": [
            phone if known else None for phone, known in zip(phones, rng.random(count) < 0.9, strict=True)
        ],
        "email": [
            f"patient{i}@example.com" if known else None for i, known in enumerate(rng.random(count) < 0.8)
        ],
    }


def _ibans(count: int, rng: np.random.Generator) -> list[str]:
    """IBANs with valid check digits (ISO 13616) that nobody has.

    Their account number fails the Dutch check by eleven (elfproef).
    """
    banks = rng.choice(james_names.BANKS, count)
    return [
        _iban(str(bank), _unused_bank_account(int(number)))
        for bank, number in zip(banks, rng.integers(10**8, 10**9, count), strict=True)
    ]


def _iban(bank: str, account: str) -> str:
    as_digits = "".join(str(int(letter, 36)) for letter in f"{bank}{account}NL") + "00"
    return f"NL{98 - int(as_digits) % 97:02d}{bank}{account}"


def _unused_bank_account(number: int) -> str:
    passes = (
        sum(weight * int(digit) for weight, digit in zip(range(9, 0, -1), str(number), strict=True)) % 11 == 0
    )
    return f"{number + 1 if passes else number:010d}"


def _medical(cards: pd.DataFrame, rows: NDArray[np.int64], rng: np.random.Generator) -> pd.DataFrame:
    """Return the frame of the table patient, of which nothing may leave James (M3)."""
    diagnoses = [
        james_names.DIAGNOSES[place] for place in rng.integers(0, len(james_names.DIAGNOSES), len(rows))
    ]
    ids = cards["debiteur_id"].to_numpy()[rows]
    return pd.DataFrame(
        {
            "patient_id": ids,
            "debiteur_id": ids,
            "bsn": [_unused_bsn(int(number)) for number in rng.integers(900_000_000, 999_999_990, len(rows))],
            "geboortedatum": (np.datetime64("1935-01-01") + rng.integers(0, 30_000, len(rows))).astype(str),
            "diagnosecode": [code for code, _ in diagnoses],
            "diagnose": [text for _, text in diagnoses],
        }
    )


def _unused_bsn(number: int) -> str:
    """Return nine digits that fail the BSN's check by eleven (elfproef): they are nobody's BSN."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    passes = sum(weight * int(digit) for weight, digit in zip(weights, str(number), strict=True)) % 11 == 0
    return str(number + 2 if passes else number)

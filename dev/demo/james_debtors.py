"""Makes the debtors of a practice: insurers, invented patients and institutions, in James' one number range (M15, M16)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dev.demo import james_words as words
from dev.demo.practices import Practice

IDS_PER_PRACTICE = 100_000_000
"""Keys of practice n start at n times this, so that one practice's rows don't depend on another's."""

PATIENT, INSURER, INSTITUTION = "Patiënt", "Verzekeraar", "Instelling"
PATIENT_CONDITIONS = ("14D", "21D", "30D", "INCASSO")
PATIENT_CONDITION_SHARES = (0.45, 0.15, 0.10, 0.30)


@dataclass(frozen=True)
class Debtors:
    """The debtor cards, and where the kinds stand in them (row numbers)."""

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
    """Imported patients keep their old numbers; then all insurers, new patients and institutions from the start number on."""
    insurers = _insurers(practice.shape.insurers)
    people = _patients(patients, rng)
    institutions = _institutions(min(practice.shape.institutions, len(words.INSTITUTIONS)), rng)
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
    """Old numbers lie scattered in the reserved range below ``first``; the others count on from it (M16)."""
    numbers = np.empty(count, dtype=np.int64)
    numbers[imported] = np.sort(rng.choice(np.arange(1, max(first, 2)), len(imported), replace=False))
    new = np.setdiff1d(np.arange(count), imported)
    numbers[new] = first + np.arange(len(new))
    return numbers.astype(str)


def _insurers(count: int) -> pd.DataFrame:
    chosen = words.INSURERS[:count]
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
    names = pd.Series(words.INSTITUTIONS[:count])
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
            **_reach(count, rng),
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
        "M": words.FIRST_NAMES_M,
        "V": words.FIRST_NAMES_V,
        "O": words.FIRST_NAMES_V + words.FIRST_NAMES_M,
    }
    first = [
        names[gender][int(place * len(names[gender]))]
        for gender, place in zip(genders, rng.random(count), strict=True)
    ]
    second = rng.choice(list("ABCDEFGHJKLM"), count)
    initials = [f"{name[0]}.{letter}." for name, letter in zip(first, second, strict=True)]
    last = [words.LAST_NAMES[place] for place in rng.integers(0, len(words.LAST_NAMES), count)]
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
    places = [words.PLACES[place] for place in rng.integers(0, len(words.PLACES), count)]
    letters = rng.choice(list(words.POSTCODE_LETTERS), (count, 2))
    digits = [first + offset for (_, first), offset in zip(places, rng.integers(0, 5, count), strict=True)]
    return {
        "straat": rng.choice(words.STREETS, count).tolist(),
        "huisnummer": rng.integers(1, 250, count).astype(str).tolist(),
        "toevoeging": [
            letter or None
            for letter in rng.choice(["", "A", "bis", "2-hoog"], count, p=[0.85, 0.08, 0.04, 0.03])
        ],
        "postcode": [f"{number} {one}{two}" for number, (one, two) in zip(digits, letters, strict=True)],
        "plaats": [place for place, _ in places],
        "land": ["NL"] * count,
    }


def _reach(count: int, rng: np.random.Generator) -> dict[str, list[str | None]]:
    """Numbers that nobody has, and addresses in the domain reserved for examples."""
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
    """Right check digits (ISO 13616), but the account number fails the Dutch elfproef, so nobody can have it."""
    banks = rng.choice(words.BANKS, count)
    return [
        _iban(str(bank), _not_an_account(int(number)))
        for bank, number in zip(banks, rng.integers(10**8, 10**9, count), strict=True)
    ]


def _iban(bank: str, account: str) -> str:
    as_digits = "".join(str(int(letter, 36)) for letter in f"{bank}{account}NL") + "00"
    return f"NL{98 - int(as_digits) % 97:02d}{bank}{account}"


def _not_an_account(number: int) -> str:
    passes = (
        sum(weight * int(digit) for weight, digit in zip(range(9, 0, -1), str(number), strict=True)) % 11 == 0
    )
    return f"{number + 1 if passes else number:010d}"


def _medical(cards: pd.DataFrame, rows: NDArray[np.int64], rng: np.random.Generator) -> pd.DataFrame:
    """What must never leave James (M3)."""
    diagnoses = [words.DIAGNOSES[place] for place in rng.integers(0, len(words.DIAGNOSES), len(rows))]
    ids = cards["debiteur_id"].to_numpy()[rows]
    return pd.DataFrame(
        {
            "patient_id": ids,
            "debiteur_id": ids,
            "bsn": [_not_a_bsn(int(number)) for number in rng.integers(900_000_000, 999_999_990, len(rows))],
            "geboortedatum": (np.datetime64("1935-01-01") + rng.integers(0, 30_000, len(rows))).astype(str),
            "diagnosecode": [code for code, _ in diagnoses],
            "diagnose": [text for _, text in diagnoses],
        }
    )


def _not_a_bsn(number: int) -> str:
    """A number of nine digits that fails the elfproef of the BSN, so it is nobody's."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    passes = sum(weight * int(digit) for weight, digit in zip(weights, str(number), strict=True)) % 11 == 0
    return str(number + 2 if passes else number)

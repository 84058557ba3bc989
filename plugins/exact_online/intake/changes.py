"""What differs between two versions of the settings, in Dutch sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from exact_online.intake.fields import RATE_LABELS, YES
from exact_online.transform.words import CONDITION_WORDS, GROUP_WORDS
from exact_online.vocabulary import PaymentCondition, RevenueGroup, VatRate

_NAMES = {
    "sales_journal": "Verkoopboek",
    "general_journal": "Memoriaal",
    "claims_journal": "Eigen verkoopboek voor declaraties",
    "receivables_account": "Grootboekrekening debiteuren",
    "one_number_series": "Facturen en declaraties in één nummerreeks",
    "stop_at_other_number": "Stoppen bij een ander boekstuknummer",
    "bulk": "Historie in XML-uploads van veel boekingen",
    "debtor_zeros_count": "Nullen vooraan in debiteurnummers tellen mee",
    "hand_over_format": "Soort bestand van een overdracht",
    "workbook_no_captions": "Overgedragen werkboek zonder namen van kolommen",
    "workbook_entry_heads": "Overgedragen werkboek met een kopregel per boekstuk",
    "handed_over_days": "Dagen tot een overgedragen factuur zonder import een open post is",
}


def changes_between(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[str]:
    """Return a sentence per value that changed, was added or went; none when nothing did."""
    old, new = _flat(before or {}), _flat(after)
    sentences = []
    for name in [*new, *(name for name in old if name not in new)]:
        was, now = old.get(name), new.get(name)
        if was == now:
            continue
        if was is None:
            sentences.append(f"{name}: {now} (was leeg).")
        elif now is None:
            sentences.append(f"{name}: leeg (was {was}).")
        else:
            sentences.append(f"{name}: {now} (was {was}).")
    return sentences


def settings_rows(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return name and value of each setting, in the order of the workbook."""
    return list(_flat(document).items())


def _flat(document: Mapping[str, Any]) -> dict[str, str]:
    return dict(_pairs(document))


def _pairs(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for field, name in _NAMES.items():
        value = document.get(field)
        if isinstance(value, bool):
            yield from [(name, YES)] if value else []
        elif value:
            yield name, str(value)
    for part, code in document.get("suspense_accounts", {}).items():
        yield f"Tussenrekening {CONDITION_WORDS[PaymentCondition(part)][0]}", code
    for part, code in document.get("vat_codes", {}).items():
        yield f"Btw-code {RATE_LABELS[VatRate(part)]}", code
    for part, code in document.get("payment_conditions", {}).items():
        yield f"Betalingsconditie {CONDITION_WORDS[PaymentCondition(part)][0]}", code
    for row in document.get("revenue_accounts", []):
        group, rate = GROUP_WORDS[RevenueGroup(row["group"])][0], RATE_LABELS[VatRate(row["rate"])]
        yield f"Omzetrekening {row['profession']}, {group}, {rate}", row["account"]

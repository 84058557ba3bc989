"""What is wrong with filled-in values: each fault with its field, in Dutch, with the cure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from exact_online.intake.fields import NO, YES, Form, IntakeField, Kind
from exact_online.intake.filled import Filled, Values, document_of
from exact_online.intake.in_exact import fault_in_exact
from exact_online.settings import ExactLists
from exact_online.settings_document import read_settings
from exact_online.vocabulary import VatRate

MAX_CODE = 32
"""Characters of a code; of `settings_document.Code`."""
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\ufeff\ufffd]")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong."""

    sentence: str
    """Dutch: what is wrong, and how to put it right."""
    field: str | None = None
    """Name of the field; None when it is about the whole workbook."""
    sheet: str = ""
    cell: str = ""
    """As Excel names it: C7."""


def fill_in(
    form: Form,
    values: Values,
    lists: ExactLists | None = None,
    before: Mapping[str, Any] | None = None,
    known_faults: tuple[Fault, ...] = (),
) -> tuple[Filled | None, list[Fault]]:
    """Return the filled form, or None with every fault at once, in the order of the fields.

    `lists`: the division's own, once it is authorised; then each code is checked against them.
    `known_faults`: what the reading of a workbook found; a field with one gets no second.
    """
    texts = {name: value.strip() for name, value in values.items() if value.strip()}
    faults = {fault.field: fault for fault in known_faults if fault.field}
    for field in form.fields:
        if field.name not in faults and (sentence := _own_fault(field, texts.get(field.name))):
            faults[field.name] = Fault(sentence, field.name)
    for name, sentence in _faults_between(form, texts):
        faults.setdefault(name, Fault(sentence, name))
    if lists is not None:
        for field in form.fields:
            if field.name in faults or field.name not in texts:
                continue
            if sentence := fault_in_exact(field, texts, lists):
                faults[field.name] = Fault(sentence, field.name)
    whole = [fault for fault in known_faults if not fault.field]
    found = whole + [faults[field.name] for field in form.fields if field.name in faults]
    if found:
        return None, found
    document = document_of(form, texts, before)
    read_settings(form.practice, 1, 0, document)  # the last word is that of the model itself
    return Filled(texts, document), []


def _own_fault(field: IntakeField, value: str | None) -> str | None:
    if value is None:
        if not field.required:
            return None
        return f"{field.label} is leeg. Vul de code in zoals die in Exact Online staat."
    if field.kind is Kind.YES_NO and value not in (YES, NO):
        return f"{field.label}: kies {YES} of {NO}, of laat de cel leeg."
    if len(value) > MAX_CODE:
        return f"{field.label} is langer dan {MAX_CODE} tekens. Vul alleen de code in, zonder omschrijving."
    if UNPRINTABLE.search(value):
        return f"{field.label} bevat een onzichtbaar teken. Maak het leeg en typ de code opnieuw."
    return None


def _faults_between(form: Form, values: Values) -> Iterator[tuple[str, str]]:
    """Codes that may not be the same, at the later of the two."""
    journals = ("sales_journal", "general_journal", "claims_journal")
    vat = tuple(f"vat_{rate}" for rate in VatRate)
    accounts = ("receivables_account", "suspense_pin", "suspense_cash")
    revenue = tuple(field.name for field in form.fields if field.cell)
    yield from _shared(form, values, journals, journals, "Kies voor elk een eigen dagboek.")
    yield from _shared(form, values, vat, vat, "Elk tarief heeft een eigen btw-code.")
    yield from _shared(form, values, accounts[:1], accounts[1:], "Kies een tussenrekening van type Algemeen.")
    yield from _shared(form, values, accounts, revenue, "Kies een rekening van type Omzet.")


def _shared(
    form: Form, values: Values, first: tuple[str, ...], later: tuple[str, ...], cure_of_it: str
) -> Iterator[tuple[str, str]]:
    used: dict[str, str] = {}
    labels = {field.name: field.label for field in form.fields}
    for name in dict.fromkeys((*first, *later)):
        code = values.get(name)
        if code is None:
            continue
        if code in used and name in later:
            yield name, f"{labels[name]} heeft dezelfde code ({code}) als {labels[used[code]]}. {cure_of_it}"
        elif name in first:
            used.setdefault(code, name)

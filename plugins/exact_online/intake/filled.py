"""Values of fields, and the settings document that they make; and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exact_online.intake.fields import YES, Form, Kind
from exact_online.vocabulary import PaymentCondition, VatRate

Values = Mapping[str, str]
"""Name of a field -> its code, without blanks around it; a field that is empty is not there."""

KEPT = (
    "stop_at_other_number",
    "debtor_zeros_count",
    "hand_over_format",
    "workbook_no_captions",
    "workbook_entry_heads",
    "handed_over_days",
    "bulk",
)
"""What support settled, which no form asks: it stays as it was in the version before."""


@dataclass(frozen=True)
class Filled:
    """A form without faults: its values, and the settings document that they make."""

    values: Values
    document: Mapping[str, Any]


def document_of(form: Form, values: Values, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the settings document of these values; `before` is the version that it follows.

    Professions of the version before that the form does not have stay: older invoices have them.
    """
    asked = {profession.code for profession in form.professions}
    kept = [row for row in (before or {}).get("revenue_accounts", []) if row["profession"] not in asked]
    revenue = [
        {"profession": field.cell[0], "group": str(field.cell[1]), "rate": str(field.cell[2])}
        | {"account": values[field.name]}
        for field in form.fields
        if field.cell and field.name in values
    ]
    document: dict[str, Any] = {
        "sales_journal": values["sales_journal"],
        "general_journal": values["general_journal"],
        "receivables_account": values["receivables_account"],
        "suspense_accounts": {"pin": values["suspense_pin"], "cash": values["suspense_cash"]},
        "vat_codes": {str(rate): values[f"vat_{rate}"] for rate in VatRate},
        "payment_conditions": {str(each): values[f"condition_{each}"] for each in PaymentCondition},
        "revenue_accounts": revenue + kept,
        **{name: before[name] for name in KEPT if before and name in before},
    }
    if values.get("one_number_series") == YES:
        document["one_number_series"] = True
    if "claims_journal" in values:
        document["claims_journal"] = values["claims_journal"]
    return document


def values_of(form: Form, document: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of a settings document, for the fields of this form."""
    cells = {
        (row["profession"], row["group"], row["rate"]): row["account"]
        for row in document.get("revenue_accounts", [])
    }
    found: dict[str, str | None] = {}
    for field in form.fields:
        if field.cell:
            found[field.name] = cells.get((field.cell[0], str(field.cell[1]), str(field.cell[2])))
        elif field.kind is Kind.YES_NO:
            found[field.name] = YES if document.get(field.name) else None
        elif field.part is None:
            found[field.name] = document.get(field.name)
        else:
            parts = document.get(_GROUP_OF[field.name.partition("_")[0]], {})
            found[field.name] = parts.get(str(field.part))
    return {name: value for name, value in found.items() if value}


_GROUP_OF = {"suspense": "suspense_accounts", "vat": "vat_codes", "condition": "payment_conditions"}

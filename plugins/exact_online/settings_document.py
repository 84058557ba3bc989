"""The JSON document that holds a version of a practice's settings, and its checks.

The accountant's workbook gives the same document (M22). Each wrong field gives one sentence, and
all sentences are given at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from exact_online.failures import NotReady
from exact_online.settings import PracticeSettings
from exact_online.stops import Stop
from exact_online.vocabulary import HandOverFormat, PaymentCondition, RevenueGroup, VatRate

Code = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=32, pattern=r"^\S(.*\S)?$")]
"""A code as Exact has it: text, because 0 and 00 are two codes; no blanks around it."""


class RevenueAccount(BaseModel):
    """One of the twelve accounts of a profession (M8)."""

    model_config = ConfigDict(extra="forbid")

    profession: Code
    group: RevenueGroup
    rate: VatRate
    account: Code


class SettingsDocument(BaseModel):
    """One version of a practice's settings."""

    model_config = ConfigDict(extra="forbid")

    sales_journal: Code
    general_journal: Code
    receivables_account: Code
    suspense_accounts: dict[PaymentCondition, Code]
    """G/L account code for ``pin`` and for ``cash`` (M12)."""
    vat_codes: dict[VatRate, Code]
    payment_conditions: dict[PaymentCondition, Code]
    revenue_accounts: list[RevenueAccount] = Field(max_length=10_000)
    stop_at_other_number: bool = Field(default=False, strict=True)
    """Whether the practice stops when Exact gives an entry another number than was sent."""
    debtor_zeros_count: bool = Field(default=False, strict=True)
    """Whether debtor numbers 00123 and 123 are two relations in Exact (M15)."""
    claims_journal: Code | None = None
    """Sales journal of claims, where they have one of their own (M17)."""
    one_number_series: bool = Field(default=False, strict=True)
    """Whether invoices and claims are numbered in one series in James (FR-G18)."""
    hand_over_format: HandOverFormat = HandOverFormat.XLSX
    """What the files of a hand-over are: ``xlsx`` or ``xml`` (C5)."""
    workbook_no_captions: bool = Field(default=False, strict=True)
    """Whether a handed over workbook begins without the captions of Exact's form (C5)."""
    workbook_entry_heads: bool = Field(default=False, strict=True)
    """Whether each entry in it begins with a row of its own (C5)."""
    handed_over_days: int = Field(default=14, strict=True, ge=1, le=365)
    """Days after which a handed over invoice that Exact lacks is an open item (C5)."""
    bulk: bool = Field(default=False, strict=True)
    """Whether history goes to Exact in uploads of many entries (B6)."""


def read_settings(
    practice: str, version: int, division: int, document: Mapping[str, Any]
) -> PracticeSettings:
    """Return the settings that a document holds.

    Raise NotReady with a problem per field that is missing, unknown, of another kind, or double.
    """
    try:
        read = SettingsDocument.model_validate(document)
    except ValidationError as wrong:
        faults = [_fault(error) for error in wrong.errors(include_url=False)]
    else:
        faults = [*_double_cells(read), *_shared_journals(read)]
    if faults:
        whose = {"practice": practice, "version": version}
        raise NotReady.of([(Stop.SETTINGS_UNUSABLE, {**whose, **fault}) for fault in faults])
    return _practice_settings(practice, version, division, read)


def _practice_settings(
    practice: str, version: int, division: int, read: SettingsDocument
) -> PracticeSettings:
    return PracticeSettings(
        practice=practice,
        version=version,
        division=division,
        sales_journal=read.sales_journal,
        general_journal=read.general_journal,
        receivables_account=read.receivables_account,
        suspense_accounts=read.suspense_accounts,
        vat_codes=read.vat_codes,
        payment_conditions=read.payment_conditions,
        revenue_accounts={
            (row.profession, row.group, row.rate): row.account for row in read.revenue_accounts
        },
        stop_at_other_number=read.stop_at_other_number,
        debtor_zeros_count=read.debtor_zeros_count,
        claims_journal=read.claims_journal,
        one_number_series=read.one_number_series,
        hand_over_format=read.hand_over_format,
        workbook_no_captions=read.workbook_no_captions,
        workbook_entry_heads=read.workbook_entry_heads,
        handed_over_days=read.handed_over_days,
        bulk=read.bulk,
    )


def _fault(error: ErrorDetails) -> dict[str, str]:
    """Return the field of the document, and what is wrong with it in both languages."""
    field = ".".join(str(part) for part in error["loc"] if part != "[key]") or "document"
    words = _FAULTS.get(error["type"], ("heeft een onbekende waarde", "has a value that is not known"))
    return {"field": field, "fault_nl": words[0], "fault_en": words[1]}


_NO_CODE = ("is geen code zonder spaties eromheen", "must be a code without blanks around it")
_FAULTS = {
    "missing": ("ontbreekt", "is missing"),
    "extra_forbidden": ("hoort niet bij de instellingen", "is no field of the settings"),
    "string_type": ("is geen tekst tussen aanhalingstekens", "must be a text between quotation marks"),
    "string_too_short": _NO_CODE,
    "string_pattern_mismatch": _NO_CODE,
    "bool_type": ("moet true of false zijn", "must be true or false"),
}
"""What pydantic says of a field, in Dutch and in English."""


def _shared_journals(read: SettingsDocument) -> list[dict[str, str]]:
    """Claims with a journal of their own share it with nothing: numbers would collide there."""
    if read.claims_journal not in (read.sales_journal, read.general_journal):
        return []
    words = {"fault_nl": "moet een eigen dagboek zijn", "fault_en": "must be a journal of its own"}
    return [{"field": "claims_journal", **words}]


def _double_cells(read: SettingsDocument) -> list[dict[str, str]]:
    """Return a fault for each profession, group and rate that has two accounts."""
    cells = Counter((row.profession, row.group.value, row.rate.value) for row in read.revenue_accounts)
    return [
        {
            "field": "revenue_accounts",
            "fault_nl": f"noemt {' '.join(cell)} meer dan eens",
            "fault_en": f"names {' '.join(cell)} more than once",
        }
        for cell, count in cells.items()
        if count > 1
    ]

"""The fields that an accountant fills in: one list for the workbook, the form and the faults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from exact_online.transform.words import CONDITION_WORDS, GROUP_WORDS
from exact_online.vocabulary import PaymentCondition, RevenueGroup, VatRate

JOURNALS_SHEET = "Dagboeken en rekeningen"
VAT_SHEET = "Btw-codes"
CONDITIONS_SHEET = "Betalingscondities"
REVENUE_SHEET = "Omzetrekeningen"
SHEETS = (JOURNALS_SHEET, VAT_SHEET, CONDITIONS_SHEET, REVENUE_SHEET)
RATE_LABELS = {VatRate.ZERO: "0 %", VatRate.LOW: "laag, 9 %", VatRate.HIGH: "hoog, 21 %"}
YES, NO = "Ja", "Nee"


class Kind(StrEnum):
    """What a field holds: a code of one of Exact's lists, or yes or no."""

    JOURNAL = "journal"
    GL_ACCOUNT = "gl_account"
    VAT_CODE = "vat_code"
    CONDITION = "condition"
    YES_NO = "yes_no"


@dataclass(frozen=True)
class IntakeField:
    """One cell of the workbook, or one field of the form."""

    name: str
    """The end of its defined name in the workbook; the name of the form's field."""
    sheet: str
    label: str
    """Dutch, as the accountant reads it."""
    hint: str
    example: str
    kind: Kind
    required: bool = True
    part: VatRate | PaymentCondition | None = None
    """Which VAT code, condition or suspense account it is."""
    cell: tuple[str, RevenueGroup, VatRate] | None = None
    """Of a revenue account: profession, group and rate (M8)."""


@dataclass(frozen=True)
class Profession:
    """A profession of the practice: its code and its name in James."""

    code: str
    name: str


@dataclass(frozen=True)
class Form:
    """All fields of one practice."""

    practice: str
    practice_name: str
    professions: tuple[Profession, ...]
    fields: tuple[IntakeField, ...]

    def field(self, name: str) -> IntakeField | None:
        """Return a field by its name."""
        return next((field for field in self.fields if field.name == name), None)

    def on_sheet(self, sheet: str) -> list[IntakeField]:
        """Return the fields of one sheet, in order."""
        return [field for field in self.fields if field.sheet == sheet]


def form_of(practice: str, practice_name: str, professions: tuple[Profession, ...]) -> Form:
    """Return the form of a practice with these professions; twelve accounts for each (M8)."""
    fields = (*_JOURNAL_FIELDS, *_vat_fields(), *_condition_fields(), *_revenue_fields(professions))
    return Form(practice, practice_name, professions, fields)


def revenue_name(number: int, group: RevenueGroup, rate: VatRate) -> str:
    """Return the name of a revenue field of the profession with this number, counted from 1."""
    return f"revenue_{number}_{group}_{rate}"


_JOURNAL_FIELDS = (
    IntakeField(
        "sales_journal", JOURNALS_SHEET, "Verkoopboek",
        "De code van het dagboek van type Verkoop waarin de facturen komen. Een eigen dagboek voor James "
        "houdt de boekstuknummers vrij.", "70", Kind.JOURNAL,
    ),
    IntakeField(
        "general_journal", JOURNALS_SHEET, "Memoriaal",
        "De code van het dagboek van type Memoriaal voor wat met PIN of contant is betaald. Bij dit dagboek "
        "moet het vinkje Btw aanstaan.", "90", Kind.JOURNAL,
    ),
    IntakeField(
        "claims_journal", JOURNALS_SHEET, "Eigen verkoopboek voor declaraties",
        "Alleen als declaraties aan verzekeraars een eigen dagboek krijgen. Anders leeg laten.", "71",
        Kind.JOURNAL, required=False,
    ),
    IntakeField(
        "receivables_account", JOURNALS_SHEET, "Grootboekrekening debiteuren",
        "De rekening van type Debiteuren die ook bij het verkoopboek staat.", "1300", Kind.GL_ACCOUNT,
    ),
    IntakeField(
        "suspense_pin", JOURNALS_SHEET, "Tussenrekening PIN",
        "Een grootboekrekening van type Algemeen.", "1101", Kind.GL_ACCOUNT, part=PaymentCondition.PIN,
    ),
    IntakeField(
        "suspense_cash", JOURNALS_SHEET, "Tussenrekening contant",
        "Een grootboekrekening van type Algemeen.", "1001", Kind.GL_ACCOUNT, part=PaymentCondition.CASH,
    ),
    IntakeField(
        "one_number_series", JOURNALS_SHEET, "Facturen en declaraties in één nummerreeks",
        "Ja als James facturen en declaraties in één reeks nummert. Leeg betekent Nee.", NO, Kind.YES_NO,
        required=False,
    ),
)  # fmt: skip


def _vat_fields() -> Iterator[IntakeField]:
    for rate, example in zip(VatRate, ("0", "1", "2"), strict=True):
        yield IntakeField(
            f"vat_{rate}", VAT_SHEET, f"Btw-code {RATE_LABELS[rate]}",
            "Een btw-code voor verkoop, inclusief of exclusief, met een af te dragen btw-rekening. Dat geldt "
            "ook voor 0 %.", example, Kind.VAT_CODE, part=rate,
        )  # fmt: skip


def _condition_fields() -> Iterator[IntakeField]:
    examples = ("14", "21", "30", "60", "PI", "CO", "AI")
    for condition, example in zip(PaymentCondition, examples, strict=True):
        yield IntakeField(
            f"condition_{condition}", CONDITIONS_SHEET, f"Betalingsconditie {CONDITION_WORDS[condition][0]}",
            "De code van de betalingsconditie in Exact Online, met betaalwijze Op rekening.", example,
            Kind.CONDITION, part=condition,
        )  # fmt: skip


def _revenue_fields(professions: tuple[Profession, ...]) -> Iterator[IntakeField]:
    for number, profession in enumerate(professions, start=1):
        for place, group in enumerate(RevenueGroup):
            for step, rate in enumerate(VatRate):
                yield IntakeField(
                    revenue_name(number, group, rate), REVENUE_SHEET,
                    f"{profession.name}, {GROUP_WORDS[group][0]}, {RATE_LABELS[rate]}",
                    "Een grootboekrekening van type Omzet, niet geblokkeerd en zonder verplichte "
                    "kostenplaats.",
                    str(7900 + 100 * number + 10 * place + step), Kind.GL_ACCOUNT,
                    cell=(profession.code, group, rate),
                )  # fmt: skip

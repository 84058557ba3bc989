"""The intake workbook "Gegevens inrichten uit boekhoudpakket" (M22), and what is filled in there.

Pure: bytes and values in, a settings document and faults out. The form on a page has the same
fields and gets the same faults as the workbook.
"""

from exact_online.intake.blank import blank_workbook
from exact_online.intake.changes import changes_between
from exact_online.intake.fields import Form, IntakeField, Profession, form_of
from exact_online.intake.filled import Filled, values_of
from exact_online.intake.proposal import Proposed, propose
from exact_online.intake.reading import read_workbook
from exact_online.intake.rules import Fault, fill_in

__all__ = [
    "Fault",
    "Filled",
    "Form",
    "IntakeField",
    "Profession",
    "Proposed",
    "blank_workbook",
    "changes_between",
    "fill_in",
    "form_of",
    "propose",
    "read_workbook",
    "values_of",
]

"""One list of requirements per practice (M7-M16, M18, M19): what must be right before and while it
is linked. Page, mail, a night's stop and workbook read the same.

`facts` reads the division, a check per requirement (one file per topic) judges the facts, and
`keeping` stores the list and lays the confirmations of people over it. docs/development.md says how
to add one.
"""

from exact_online.requirements.keeping import (
    check_now,
    confirm,
    judge_name,
    known,
    refresh,
    see_professions,
    to_confirm,
)
from exact_online.requirements.requirement import Item, Requirement, State
from exact_online.requirements.texts import blocking, due, rows_of

__all__ = [
    "Item", "Requirement", "State", "blocking", "check_now", "confirm", "due", "judge_name", "known",
    "refresh", "rows_of", "see_professions", "to_confirm",
]  # fmt: skip

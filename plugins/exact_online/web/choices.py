"""What is said about the choice of a division."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from exact_online.activation.division import Choice
from exact_online.web.language import translatable
from exact_online.web.view import View

SENTENCES = {
    Choice.NO_CONSENT: translatable("There is no consent yet: authenticate with Exact first."),
    Choice.NOT_COVERED: translatable(
        "The consent does not cover the division of this practice. Authenticate again, and tick that "
        "division on the screen of Exact."
    ),
    Choice.TAKEN: translatable("Another practice uses this division. Choose the division of this practice."),
    Choice.OTHER_BOOKS: translatable(
        "The bookings of this practice are in another division, so it can't be linked with this one."
    ),
    Choice.VIEW_ONLY: translatable(
        "This Exact user may view, but not book: relations, sales entries and general journal entries are "
        "needed. Give the user these rights in Exact, or authenticate as a user who has them."
    ),
}

Outcome = Annotated[Choice | None, Query()]
"""What came of the last choice: it comes along in the address after a form."""


class DivisionChoice(BaseModel):
    """The form with the list of divisions."""

    division: int


def problem_of(view: View, outcome: Choice | None) -> str | None:
    """Return what is wrong with the last choice, with its cure; None when nothing is."""
    sentence = SENTENCES.get(outcome) if outcome else None
    return view.text(sentence) if sentence else None

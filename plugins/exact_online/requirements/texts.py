"""The list of requirements as texts, in Dutch: of the activation page, a mail and the workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from exact_online.reasons import cure, explain
from exact_online.requirements.requirement import Requirement, State

STATES = {
    State.MET: "in orde",
    State.CONFIRMED: "bevestigd",
    State.NOT_APPLICABLE: "nu niet van toepassing",
    State.DUE_NOW: "nu te doen",
    State.BLOCKS: "blokkeert",
}


def blocking(requirements: Iterable[Requirement]) -> list[str]:
    """Return what keeps the nights off, a sentence each with who cures it and where, in Dutch."""
    return [
        f"{explain(each.reason, each.values)} ({cure(each.reason)})"
        for requirement in requirements
        if requirement.state is State.BLOCKS
        for each in requirement.findings
    ]


def due(requirements: Iterable[Requirement], day: dt.date) -> list[Requirement]:
    """Return what somebody must do, the most urgent first; with a day: from the start of the month
    before it on (M19: from 1 November).
    """
    asked = (each for each in requirements if each.is_open)
    found = [each for each in asked if each.due is None or day >= _told_from(each.due)]
    return sorted(found, key=lambda each: (each.state is not State.BLOCKS, each.due or dt.date.min))


def _told_from(last_day: dt.date) -> dt.date:
    return (last_day.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def rows_of(requirements: Iterable[Requirement]) -> list[list[str]]:
    """Return a row of the workbook's sheet per requirement: title, state, what was found, what to
    do, who, where.
    """
    return [
        [
            each.title(),
            STATES.get(each.state) or f"uiterlijk {each.due:%d-%m-%Y}",
            f"{each.confirmed_by}, {each.confirmed_at:%d-%m-%Y}"
            if each.confirmed_at
            else "\n".join(each.sentences()),
            *((each.cure(), each.who(), each.where()) if each.is_open else ("", "", "")),
        ]
        for each in requirements
    ]

"""Debtor numbers and entry numbers: what is in use, what is in the way (M15, M16, M17)."""

from __future__ import annotations

from collections.abc import Sequence

from exact_online.lacks import Lack
from exact_online.readiness import Problem
from exact_online.requirements.facts import Facts
from exact_online.requirements.requirement import Item, Requirement, State

HEADROOM = 1_000
"""So many free numbers before a foreign one are a matter of years; fewer are told."""


def number_range(facts: Facts) -> Requirement:
    """No relation that is not ours has a number that James gave, or will soon give (M15, M16)."""
    ours = facts.debtor_numbers
    taken = sorted((facts.foreign_numbers & ours) - facts.alike)
    following = max([facts.first_debtor_number, *(number + 1 for number in ours)])
    nearest = min((number for number in facts.foreign_numbers if number >= following), default=None)
    in_use = _in_use(ours, following, nearest)
    if taken:
        found = Problem(Lack.NUMBERS_TAKEN, {"count": str(len(taken)), "first": str(taken[0])})
        return Requirement(Item.NUMBER_RANGE, State.BLOCKS, (found, in_use))
    if nearest is not None and nearest - following < HEADROOM:
        left = {"count": str(nearest - following), "first": str(nearest)}
        return Requirement(Item.NUMBER_RANGE, State.DUE_NOW, (Problem(Lack.HEADROOM_SMALL, left), in_use))
    return Requirement(Item.NUMBER_RANGE, State.MET, (in_use,))


def known_relations(facts: Facts) -> Requirement:
    """Relations that look like a debtor wait for a person's word (M16)."""
    return relations_alike([str(number) for number in sorted(facts.alike)])


def relations_alike(debtors: Sequence[str]) -> Requirement:
    """The same, of the numbers of debtors about whom something waits."""
    if not debtors:
        return Requirement(Item.KNOWN_RELATIONS, State.MET)
    values = {"count": str(len(debtors)), "first": debtors[0]}
    return Requirement(Item.KNOWN_RELATIONS, State.DUE_NOW, (Problem(Lack.NUMBERS_ALIKE, values),))


def entry_numbers(facts: Facts) -> Requirement:
    """No entry of others in our journals has a number of James; the nights look after the first."""
    if facts.has_night:
        return Requirement(Item.ENTRY_NUMBERS, State.NOT_APPLICABLE)
    found = tuple(
        Problem(
            Lack.ENTRY_NUMBERS_TAKEN,
            {"journal": journal, "count": str(len(numbers)), "first": str(min(numbers))},
        )
        for journal, numbers in sorted(facts.entry_numbers.items())
    )
    return Requirement(Item.ENTRY_NUMBERS, State.DUE_NOW if found else State.MET, found)


def _in_use(ours: frozenset[int], following: int, nearest: int | None) -> Problem:
    values = {"ranges": _ranges(ours), "following": str(following), "nearest": str(nearest or "-")}
    return Problem(Lack.NUMBERS_IN_USE, values)


def _ranges(numbers: frozenset[int], gap: int = 100, most: int = 5) -> str:
    """*1-45, 1001-1045*: numbers that follow within `gap` are one range."""
    ranges: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if ranges and number - ranges[-1][1] <= gap:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    shown = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges[:most])
    return f"{shown}, …" if len(ranges) > most else shown or "-"

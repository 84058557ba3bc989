"""What Exact gives no way to read: inferred where possible, else a person confirms (M9, M14).

Without a title Exact rejects every patient, so an unproven one keeps the nights off. Without the
VAT return all is booked, and the practice can't file: that has time until its first return.
"""

from __future__ import annotations

import datetime as dt

from exact_online.lacks import Lack
from exact_online.readiness import Problem
from exact_online.requirements.facts import Facts
from exact_online.requirements.requirement import Item, Requirement, State
from exact_online.transform.debtors import TITLES


def vat_return(facts: Facts) -> Requirement:
    """Without any VAT code it seems to be off; otherwise a person says that it is on (M9)."""
    if not facts.lists.vat_codes:
        return Requirement(Item.VAT_RETURN, State.BLOCKS, (Problem(Lack.NO_VAT_CODES, {}),))
    return vat_return_to_confirm(facts.division_code, facts.link_date, facts.day)


def vat_return_to_confirm(division: str, link_date: dt.date, day: dt.date) -> Requirement:
    """Due before the last day of the first return: that of a month, filed in the month after it
    (Belastingdienst: within a month after the period).
    """
    found = (Problem(Lack.VAT_RETURN_TO_CONFIRM, {}),)
    last_day = _last_day_of_next_month(link_date)
    if day > last_day:
        return Requirement(Item.VAT_RETURN, State.DUE_NOW, found, subject=division)
    return Requirement(Item.VAT_RETURN, State.DUE_BEFORE, found, last_day, subject=division)


def titles(facts: Facts) -> Requirement:
    """A contact that has a title proves that it exists; otherwise a person says so (M14)."""
    unproven = sorted({*TITLES.values()} - facts.titles)
    return titles_to_confirm(facts.division_code, unproven)


def titles_to_confirm(division: str, unproven: list[str]) -> Requirement:
    """An unknown title would make Exact reject the contact of a patient."""
    if not unproven:
        return Requirement(Item.TITLES, State.MET)
    found = (Problem(Lack.TITLES_TO_CONFIRM, {"titles": ", ".join(unproven)}),)
    subject = f"{division} {' '.join(sorted(TITLES.values()))}"
    return Requirement(Item.TITLES, State.BLOCKS, found, subject=subject)


def _last_day_of_next_month(day: dt.date) -> dt.date:
    first_of_next = (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return (first_of_next + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)

"""What Exact gives no way to read: inferred where possible, else a person confirms (M9, M14)."""

from __future__ import annotations

from exact_online.lacks import Lack
from exact_online.readiness import Problem
from exact_online.requirements.facts import Facts
from exact_online.requirements.requirement import Item, Requirement, State
from exact_online.transform.debtors import TITLES


def vat_return(facts: Facts) -> Requirement:
    """Without any VAT code it seems to be off; otherwise a person says that it is on (M9)."""
    if not facts.lists.vat_codes:
        return Requirement(Item.VAT_RETURN, State.BLOCKS, (Problem(Lack.NO_VAT_CODES, {}),))
    found = (Problem(Lack.VAT_RETURN_TO_CONFIRM, {}),)
    return Requirement(Item.VAT_RETURN, State.DUE_NOW, found, subject=facts.division_code)


def titles(facts: Facts) -> Requirement:
    """A contact that has a title proves that it exists; otherwise a person says so (M14)."""
    unproven = sorted(set(TITLES.values()) - facts.titles)
    if not unproven:
        return Requirement(Item.TITLES, State.MET)
    found = (Problem(Lack.TITLES_TO_CONFIRM, {"titles": ", ".join(unproven)}),)
    subject = f"{facts.division_code} {' '.join(sorted(TITLES.values()))}"
    return Requirement(Item.TITLES, State.DUE_NOW, found, subject=subject)

"""Who may do what, and whose division it is (M6, M7)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from text_unidecode import unidecode

from exact_online.lacks import Lack
from exact_online.readiness import Problem, name_problem
from exact_online.requirements.facts import Facts, Registered
from exact_online.requirements.requirement import Item, Requirement, State, name_subject

MAX_DIFFERENCES = 1
"""So many of the four may differ: a practice has a trade name, or another bank account."""
LEGAL_FORMS = frozenset({"bv", "nv", "vof", "cv", "stichting", "maatschap"})
NAMES = {
    "name": ("naam", "name"),
    "chamber_of_commerce": ("KvK-nummer", "chamber of commerce number"),
    "vat_number": ("btw-nummer", "VAT number"),
    "iban": ("IBAN", "IBAN"),
}


def user_rights(facts: Facts) -> Requirement:
    """All that booking needs; a user who only views is denied at once (M7)."""
    lacking = sorted({resource for (resource, _), may in facts.rights.items() if may is False})
    found = (Problem(Lack.RIGHT_MISSING, {"rights": ", ".join(lacking)}),) if lacking else ()
    return Requirement(Item.USER_RIGHTS, State.BLOCKS if lacking else State.MET, found)


def app_scopes(facts: Facts) -> Requirement:
    """Those that Exact was found to deny; whether it lets us write shows at the first booking."""
    scopes = ", ".join(sorted(facts.missing_scopes))
    found = (Problem(Lack.SCOPE_LACKING, {"scopes": scopes}),) if scopes else ()
    return Requirement(Item.APP_SCOPES, State.BLOCKS if found else State.MET, found)


def division_name(facts: Facts) -> Requirement:
    """Called as when it was chosen, or as a person confirmed since: the same rule stops a night."""
    return name_requirement(
        facts.settings.division, facts.in_exact.name, facts.chosen_name, facts.confirmed_names
    )


def name_requirement(division: int, found: str, name: str, confirmed: Iterable[str]) -> Requirement:
    """Judge the name that a division has in Exact. A person confirms exactly this name."""
    problems = (*name_problem(division, found, name, confirmed),)
    if not problems:
        return Requirement(Item.DIVISION_NAME, State.MET)
    subject = name_subject(division, found)
    return Requirement(Item.DIVISION_NAME, State.BLOCKS, problems, subject=subject)


def identity(facts: Facts) -> Requirement:
    """Chamber of commerce number, VAT number, name and IBAN: two of them that differ block.

    What one side does not give differs from nothing. A person confirms what exactly differs.
    """
    differing = differences(facts.in_exact, facts.in_james)
    if len(differing) <= MAX_DIFFERENCES:
        return Requirement(Item.IDENTITY, State.MET)
    dutch, english = (", ".join(each) for each in zip(*(NAMES[name] for name in differing), strict=True))
    values = {"division": facts.in_exact.name, "differs_nl": dutch, "differs_en": english}
    subject = f"{facts.division_code} {facts.in_exact.name}"
    return Requirement(
        Item.IDENTITY, State.BLOCKS, (Problem(Lack.DIVISION_OF_ANOTHER, values),), subject=subject
    )


def differences(in_exact: Registered, in_james: Registered) -> list[str]:
    """Return which of the four both sides give, and give otherwise. Pure."""
    differing = [] if _are_alike(in_exact.name, in_james.name) else ["name"]
    for name in ("chamber_of_commerce", "vat_number"):
        ours, theirs = (_plain(getattr(side, name)) for side in (in_exact, in_james))
        if ours and theirs and ours != theirs:
            differing.append(name)
    ibans, wanted = {*map(_plain, in_exact.ibans)} - {""}, {*map(_plain, in_james.ibans)} - {""}
    return [*differing, "iban"] if ibans and wanted and not ibans & wanted else differing


def _plain(text: str | None) -> str:
    return re.sub(r"[^0-9A-Z]", "", (text or "").upper())


def _are_alike(one: str, other: str) -> bool:
    """Names of which one has all words of the other, without legal forms."""
    first, second = (
        {*re.findall("[a-z0-9]+", unidecode(name).lower().replace(".", ""))} - LEGAL_FORMS
        for name in (one, other)
    )
    return not (first and second) or first <= second or second <= first

"""All checks, in the order of the page: each is a function of the facts, in a file of its topic."""

from __future__ import annotations

from collections.abc import Callable

from exact_online.requirements import access, confirmed, from_lists, numbers
from exact_online.requirements.facts import Facts
from exact_online.requirements.requirement import Requirement, State

Check = Callable[[Facts], Requirement]

FIRST: tuple[Check, ...] = (access.user_rights, access.app_scopes)
"""While one of these blocks, Exact tells nothing about the others."""
CHECKS: tuple[Check, ...] = (
    access.division_name,
    access.identity,
    from_lists.sales_journal,
    from_lists.general_journal,
    numbers.entry_numbers,
    confirmed.vat_return,
    from_lists.vat_codes,
    from_lists.receivables,
    from_lists.suspense_accounts,
    from_lists.revenue_accounts,
    from_lists.payment_conditions,
    from_lists.payment_days,
    confirmed.titles,
    numbers.number_range,
    numbers.known_relations,
    from_lists.periods,
    from_lists.next_year,
)
OF_LISTS: tuple[Check, ...] = (
    access.app_scopes,
    from_lists.sales_journal,
    from_lists.general_journal,
    numbers.entry_numbers,
    confirmed.vat_return,
    from_lists.vat_codes,
    from_lists.receivables,
    from_lists.suspense_accounts,
    from_lists.revenue_accounts,
    from_lists.payment_conditions,
    from_lists.payment_days,
    from_lists.periods,
    from_lists.next_year,
)
"""What a night can judge by the lists that it has read, without a call more."""


def requirements_of(facts: Facts) -> list[Requirement]:
    """Return the list of a practice. Pure."""
    first = [check(facts) for check in FIRST]
    if any(each.state is State.BLOCKS for each in first):
        return first
    return first + [check(facts) for check in CHECKS]

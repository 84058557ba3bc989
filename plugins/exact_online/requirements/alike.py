"""Relations in the division that look like debtors without one, as night and check both find them
(M16).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from exact_online.ledger import Ledger
from exact_online.settings import PracticeSettings
from exact_online.transform.checks import plain_code
from exact_online.transform.clean_text import clean
from exact_online.transform.matching import find_matches


def note_matches(
    ledger: Ledger,
    practice: str,
    settings: PracticeSettings,
    read_debtors: Callable[[], Iterable[Mapping[Any, Any]]],
    *,
    all_debtors: bool = True,
) -> None:
    """Write down which relations look like which debtors, of those that have none.

    `read_debtors` gives the columns that `find_matches` compares; it is not called when the mirror
    has no relation that is nobody's. Without `all_debtors` there are others without a relation, and
    what was found of them stays. The caller holds the practice.
    """
    relations = ledger.matches.unlinked_relations(practice)
    linked = ledger.matches.linked_debtors(practice) if relations else frozenset()
    rows = list(read_debtors() if relations else ())
    cards = ({str(name): clean(value) for name, value in row.items()} for row in rows)
    plain = str if settings.debtor_zeros_count else plain_code
    unlinked = (card for card in cards if card["debtor_number"] not in linked)
    of = None if all_debtors else [str(row["debtor_number"]) for row in rows]
    ledger.matches.save(practice, find_matches(unlinked, relations, plain), of)

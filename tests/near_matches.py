"""Relations of previous software in a ledger: what the mirror and the matches have of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from exact_online.api.stores import RelationChanges, RelationRow
from exact_online.ledger import Ledger
from exact_online.transform.matching import Match
from exact_online.vocabulary import MatchKind


def stand_alike(ledger: Ledger, practice: str, found: Iterable[tuple[str, str, MatchKind]]) -> None:
    """Let relations with these codes look like these debtors: (debtor number, code, kind) each."""
    found = list(found)
    ids = {code: str(uuid.uuid4()) for _, code, _ in found}
    rows = [
        RelationRow(exact_id, code, f"Relatie {code}", "9711 AA", "C", False, False, place)
        for place, (code, exact_id) in enumerate(ids.items(), start=1)
    ]
    ledger.mirrors.save_relations(practice, RelationChanges(rows, [], complete=True))
    ledger.matches.save(practice, [Match(number, ids[code], kind) for number, code, kind in found])

"""Relations in Exact that look like a debtor: found each night, decided by people (M16)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from exact_online.ledger.session import Session

PAGE_SIZE = 50


@dataclass(frozen=True)
class UnlinkedRelation:
    """A customer in Exact that is no debtor of ours."""

    exact_id: str
    code: str
    name: str
    postcode: str | None


@dataclass(frozen=True)
class MatchOfDebtor:
    """A relation that looks like a debtor and waits for a person's word."""

    exact_id: str
    kind: str
    code: str


@dataclass(frozen=True)
class ListedMatch:
    """A debtor and a relation that look alike, with both names: for a person's own screen only."""

    debtor_number: str
    exact_id: str
    debtor_name: str
    """Empty when nothing is planned or staged of the debtor, or no more."""
    kind: str
    code: str
    relation_name: str
    is_only: bool
    """Neither of them looks like another one too."""


@dataclass(frozen=True)
class MatchCount:
    """How many relations wait for a person's word, of one kind."""

    kind: str
    open: int
    alone: int
    """Those of which neither side looks like another one too: linked as a kind."""


@dataclass(frozen=True)
class Chosen:
    """Which matches a person speaks of: of a debtor, with the relation of a code, or of a kind."""

    debtor_number: str | None = None
    code: str | None = None
    kind: str | None = None


class Matches:
    """Reads and writes which relations look like which debtors."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def unlinked_relations(self, practice: str) -> list[UnlinkedRelation]:
        """Return the customers in Exact that are no debtor of ours, as the mirror has them."""
        return self._session.records(UnlinkedRelation, "unlinked_relations", practice=practice)

    def linked_debtors(self, practice: str) -> frozenset[str]:
        """Return the numbers of the debtors that have a relation."""
        rows = self._session.rows("linked_debtors", practice=practice)
        return frozenset(row["debtor_number"] for row in rows)

    def save(self, practice: str, matches: Iterable[Any], of: Sequence[str] | None = None) -> None:
        """Write down which match now (debtor_number, exact_id, kind); decided ones stay, and so do
        those of other debtors than `of`, when it is given.
        """
        document = Jsonb([vars(match) for match in matches])
        debtors = None if of is None else list(of)
        self._session.write("save_matches", practice=practice, matches=document, debtors=debtors)

    def of_debtor(self, practice: str, debtor_number: str) -> list[MatchOfDebtor]:
        """Return the open matches of a debtor, those of its own number first."""
        asked = {"practice": practice, "debtor_number": debtor_number}
        return self._session.records(MatchOfDebtor, "matches_of_debtor", **asked)

    def open(self, practice: str) -> list[ListedMatch]:
        """Return all that wait for a person's word, the surest kind first, by debtor."""
        return self._listed(practice)

    def page(self, practice: str, page: int, kind: str | None = None) -> list[ListedMatch]:
        """Return page `page` (from 1) of what `open` returns, `PAGE_SIZE` at most; of one kind."""
        return self._listed(practice, kind=kind, most=PAGE_SIZE, skipped=(page - 1) * PAGE_SIZE)

    def counts(self, practice: str) -> list[MatchCount]:
        """Return how many wait for a person's word, per kind that there is."""
        return self._session.records(MatchCount, "count_matches", practice=practice)

    def debtors(self, practice: str) -> list[str]:
        """Return the numbers of the debtors that a relation waits for."""
        return _numbers(self._session.rows("debtors_alike", practice=practice))

    def _listed(
        self, practice: str, kind: str | None = None, most: int | None = None, skipped: int = 0
    ) -> list[ListedMatch]:
        asked = {"practice": practice, "kind": kind, "most": most, "skipped": skipped}
        return self._session.records(ListedMatch, "list_matches", **asked)

    def adopt(self, practice: str, chosen: Chosen, by: str, act_id: int) -> list[str]:
        """Make relations ours, each under its own code; return their debtor numbers.

        Guard: neither side looks like another one too, or the relation is named by its code.
        """
        asked = {"practice": practice, **vars(chosen), "by": by, "act_id": act_id}
        return _numbers(self._session.write("adopt_matches", **asked))

    def reject(self, practice: str, chosen: Chosen, act_id: int) -> list[str]:
        """Note that relations are somebody else's; return the debtor numbers."""
        asked = {"practice": practice, **vars(chosen), "act_id": act_id}
        return _numbers(self._session.write("reject_matches", **asked))


def _numbers(rows: Sequence[Any]) -> list[str]:
    return sorted({row["debtor_number"] for row in rows})

"""Copies of what the divisions have in Exact: lists, relations, and the lines in our journals.

Implements `ListStore`, `RelationMirror` and `EntryMirror` of `exact_online.api.stores`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from exact_online.api.stores import EntryChanges, RelationChanges, RelationCursors, StoredPeriods
from exact_online.ledger.session import Session


class Mirrors:
    """Reads and writes the copies; each write is one statement that commits by itself."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # --- lists ------------------------------------------------------------------------------------

    def save_lists(
        self,
        practice: str,
        lists: Mapping[str, Sequence[Mapping[str, Any]]],
        *,
        from_year: int | None = None,
    ) -> None:
        """Put lists in the place of those of the same names; exact numbers are kept as text.

        `from_year`: the first financial year that was read; periods of earlier ones, and which of
        them are closed, stay as another run read them. None when all were read.
        """
        self._session.write("list_store", practice=practice, lists=_json(lists), from_year=from_year)

    def read_lists(self, practice: str) -> Mapping[str, str]:
        """Return each list's rows as JSON text, by name of the list;
        empty when none were ever read.
        """
        return {row["list_name"]: row["rows"] for row in self._session.rows("list_load", practice=practice)}

    def read_periods(self) -> list[StoredPeriods]:
        """Return the periods of each active practice whose lists were ever read, by code."""
        return self._session.records(StoredPeriods, "list_periods")

    # --- relations --------------------------------------------------------------------------------

    def relation_cursors(self, practice: str) -> RelationCursors:
        """Return up to where the relations were read; the start when there are none."""
        found = self._session.record(RelationCursors, "list_relation_cursors", practice=practice)
        return found or RelationCursors()

    def save_relations(self, practice: str, changes: RelationChanges) -> None:
        """Bring the relations up to date: changed ones, deleted ones, and those that are gone."""
        self._session.write(
            "list_relations_store",
            practice=practice,
            rows=_json([vars(row) for row in changes.rows]),
            deleted=_json([vars(deletion) for deletion in changes.deleted]),
            complete=changes.complete,
        )

    # --- entries ----------------------------------------------------------------------------------

    def reading(self, practice: str) -> AbstractContextManager[None]:
        """Read the journals of a practice and keep them while nobody else does. Raises LockLost
        when another session does so for longer than `journal_patience_seconds` of the session.
        """
        return self._session.reading_journals(practice)

    def entry_cursors(self, practice: str) -> Mapping[str, int]:
        """Return list name to the highest row version read; empty when nothing was. Beside
        it stands the first financial year of the last complete read.
        """
        rows = self._session.rows("mirror_cursors", practice=practice)
        return {row["list_name"]: row["row_version"] for row in rows}

    def save_entries(self, practice: str, changes: EntryChanges) -> None:
        """Bring the lines of our journals up to date; a cursor never goes back."""
        self._session.write(
            "mirror_store",
            practice=practice,
            rows=_json([vars(line) for line in changes.lines]),
            deleted=list(changes.deleted),
            cursors=_json(changes.cursors),
            complete=changes.complete,
        )


def _json(document: Any) -> str:
    return json.dumps(document, default=str)

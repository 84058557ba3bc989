"""Invoices that are handed over as Excel files, and the files that are kept (M20)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exact_online.ledger.runs import Run
from exact_online.ledger.session import Session

CONTROL = "control"
"""The kind of the workbook that goes with a set: how to import it, and what it comes to."""


@dataclass(frozen=True)
class HandedOverEntry:
    """A booking that a run hands over, with code and name of its relation in Exact."""

    kind: str
    payload: str
    entry_date: dt.date
    entry_number: int
    relation_code: str
    debtor_name: str | None
    total_cents: int
    relation: Mapping[str, Any]
    """The relation's fields as they were sent to Exact; empty once they were erased."""


@dataclass(frozen=True)
class NewFile:
    """A workbook to keep. `journal` and `month` (its first day) say which entries are in it."""

    kind: str
    """A `BookingKind` of entries, ``relations`` or `CONTROL`."""
    file_name: str
    content: bytes | None
    """None when it stands at `location`."""
    sha256: str
    invoices: int = 0
    total_cents: int = 0
    journal: str | None = None
    month: dt.date | None = None
    location: str | None = None


@dataclass(frozen=True)
class ExportFile:
    """An Excel file as it was handed over."""

    export_id: str
    file_name: str
    content: bytes | None
    """None once it was purged, and when it stands at `location`."""
    sha256: str
    invoices: int
    total_cents: int
    created_at: dt.datetime
    taken_back_by: str | None
    """Who said that it was not imported; None when nobody did."""
    kind: str
    set_id: str
    """The hand-over that it belongs to."""
    journal: str | None
    month: dt.date | None
    location: str | None
    """Where it stands below the store's URL; None when the ledger has it."""


@dataclass(frozen=True)
class FileEntry:
    """A booking in a file."""

    source_key: str
    entry_number: int
    is_in_exact: bool
    """An entry with its number stands in Exact, as of the last night."""
    run_id: str
    """The practice's last run, in which an act moves it."""


@dataclass(frozen=True)
class FileCheck:
    """What Exact has of a file: how many entries as handed over, missing, and different."""

    file_name: str
    found: int
    missing: int
    different: int


class Exports:
    """Reads what is handed over, and keeps the files."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def entries(self, run: Run) -> list[HandedOverEntry]:
        """Return what a run hands over and that is in no file yet, by day and number."""
        return self._session.records(HandedOverEntry, "exported_entries", run_id=run.run_id)

    def save(self, run: Run, set_id: str, file: NewFile) -> str:
        """Keep a new file with all that `entries` returned of its kind, journal and month.

        Return its name: a file that the run has already keeps its name and content, and the new one
        gets a number.
        """
        stem, _, ending = file.file_name.rpartition(".")
        row = self._session.write_row(
            "save_export",
            practice=run.practice,
            run_id=run.run_id,
            set_id=set_id,
            stem=stem,
            ending=ending,
            **{name: value for name, value in vars(file).items() if name != "file_name"},
        )
        assert row is not None
        return str(row["file_name"])

    def files(self, practice: str) -> list[ExportFile]:
        """Return the files with entries of a practice with their content, the oldest first."""
        return self._files(practice, None, companions=False)

    def file_set(self, practice: str, set_id: str) -> list[ExportFile]:
        """Return all files of one hand-over with their content, relations and control too."""
        return self._files(practice, set_id, companions=True)

    def locations(self) -> list[str]:
        """Return where objects stand of workbooks of all practices."""
        return [str(row["location"]) for row in self._session.rows("workbook_locations")]

    def _files(self, practice: str, set_id: str | None, *, companions: bool) -> list[ExportFile]:
        asked = {"practice": practice, "set_id": set_id, "companions": companions}
        return self._session.records(ExportFile, "exports_of_practice", **asked)

    def entries_of(self, practice: str, file_name: str) -> list[FileEntry]:
        """Return what is in a file, by day, number; empty when the practice has no such file."""
        return self._session.records(FileEntry, "handed_over_in", practice=practice, file_name=file_name)

    def read_back(self, practice: str, *, every: bool = False) -> list[FileCheck]:
        """Look in the mirror of our journals for the entries of files; keep and return the result.

        Of files that were not found as a whole before; `every`: of all.
        """
        rows = self._session.write("read_back_files", practice=practice, every=every)
        return [FileCheck(**row) for row in rows]

    def take_back(self, practice: str, file_name: str, run_id: str) -> int:
        """Move exported -> closed what a file has and Exact has not; return how many."""
        asked = {"practice": practice, "file_name": file_name, "run_id": run_id}
        return len(self._session.write("take_back_file", **asked))

    def keep(self, practice: str, file_name: str, run_id: str) -> int:
        """Move closed -> exported what a file has and no later one; return how many."""
        asked = {"practice": practice, "file_name": file_name, "run_id": run_id}
        return len(self._session.write("keep_file", **asked))

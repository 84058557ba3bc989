"""Invoices that are handed over as Excel files, and the files that are kept (M20)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from exact_online.ledger.runs import Run
from exact_online.ledger.session import Session
from exact_online.vocabulary import BookingKind


@dataclass(frozen=True)
class HandedOverEntry:
    """A booking that a run hands over, with code and name of its relation in Exact."""

    payload: str
    entry_date: dt.date
    entry_number: int
    relation_code: str
    debtor_name: str | None
    total_cents: int


@dataclass(frozen=True)
class ExportFile:
    """An Excel file as it was handed over."""

    export_id: str
    file_name: str
    content: bytes | None
    """None once it was purged."""
    sha256: str
    invoices: int
    total_cents: int
    created_at: dt.datetime
    taken_back_by: str | None
    """Who said that it was not imported; None when nobody did."""


@dataclass(frozen=True)
class FileEntry:
    """A booking in a file."""

    source_key: str
    entry_number: int
    is_in_exact: bool
    """An entry with its number stands in Exact, as of the last night."""
    run_id: str
    """The practice's last run, in which an act moves it."""


class Exports:
    """Reads what is handed over, and keeps the files."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def entries(self, run: Run, kind: BookingKind) -> list[HandedOverEntry]:
        """Return what a run hands over of one kind and that is in no file yet, by day, number."""
        return self._session.records(HandedOverEntry, "exported_entries", run_id=run.run_id, kind=kind)

    def save(
        self, run: Run, kind: BookingKind, *, file_name: str, content: bytes, invoices: int, total_cents: int
    ) -> None:
        """Keep a new file, which has all that `entries` returned.

        A file that the run has already keeps its name and content: the new one gets a number.
        """
        stem, _, ending = file_name.rpartition(".")
        self._session.write(
            "save_export",
            practice=run.practice,
            run_id=run.run_id,
            kind=kind,
            stem=stem,
            ending=ending,
            content=content,
            invoices=invoices,
            total_cents=total_cents,
        )

    def files(self, practice: str) -> list[ExportFile]:
        """Return the files of a practice with their content, the oldest first."""
        return self._session.records(ExportFile, "exports_of_practice", practice=practice)

    def entries_of(self, practice: str, file_name: str) -> list[FileEntry]:
        """Return what is in a file, by day, number; empty when the practice has no such file."""
        return self._session.records(FileEntry, "handed_over_in", practice=practice, file_name=file_name)

    def take_back(self, practice: str, file_name: str, run_id: str) -> int:
        """Move exported -> closed what a file has and Exact has not; return how many."""
        asked = {"practice": practice, "file_name": file_name, "run_id": run_id}
        return len(self._session.write("take_back_file", **asked))

    def keep(self, practice: str, file_name: str, run_id: str) -> int:
        """Move closed -> exported what a file has and no later one; return how many."""
        asked = {"practice": practice, "file_name": file_name, "run_id": run_id}
        return len(self._session.write("keep_file", **asked))

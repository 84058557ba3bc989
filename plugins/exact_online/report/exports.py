"""A hand-over: relations, a file per journal and month, and the control workbook (M20, C5).

The files are workbooks or XML, as the practice has set; all else about them is the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from exact_online.ledger import Ledger, Practice, Run
from exact_online.ledger.exports import CONTROL, NewFile
from exact_online.report.forms import RELATIONS
from exact_online.report.hand_over_cover import Contents, MadeFile, control_of_hand_over
from exact_online.report.hand_over_totals import totals_of
from exact_online.report.hand_over_xml import entries_xml, relations_xml
from exact_online.report.workbook import (
    ExportedEntry,
    Shape,
    entries_workbook,
    payload_of,
    relations_workbook,
)
from exact_online.settings import ExactLists, PracticeSettings
from exact_online.vocabulary import BookingKind, HandOverFormat

NAMES = {BookingKind.SALES_ENTRY: "verkoopboek", BookingKind.GENERAL_JOURNAL_ENTRY: "memoriaal"}
Place = tuple[BookingKind, str, dt.date]
"""Kind, journal and month of a file."""


class WorkbookStore(Protocol):
    """Keeps workbooks as objects outside the ledger."""

    def write(self, location: str, content: bytes) -> None:
        """Keep an object that is not there yet, under its place below the store's URL."""


def save_workbooks(
    ledger: Ledger,
    run: Run,
    practice: Practice,
    settings: PracticeSettings,
    lists: ExactLists,
    days: tuple[dt.date, dt.date],
    made_on: dt.date,
    store: WorkbookStore | None = None,
) -> int:
    """Write the files of what this run handed over; return how many have entries.

    None is made when nothing was handed over. `days` are the first day and the day after the last;
    `made_on` is the date that the control workbook shows. What lies in a period that Exact has
    closed is in its file too, and named in the control workbook. Files become visible with the
    transaction that the caller holds; an object of a `store` that no file names is never seen.
    """
    places = _by_place(ledger, run)
    if not places:
        return 0
    set_id = str(uuid.uuid4())
    shape = Shape(settings.hand_over_format, not settings.workbook_no_captions, settings.workbook_entry_heads)
    earlier = ledger.exports.files(practice.code)
    all_entries = [entry for entries in places.values() for entry in entries]

    def save(file: NewFile, content: bytes) -> MadeFile:
        file = replace(file, sha256=hashlib.sha256(content).hexdigest())
        if store is None:
            file = replace(file, content=content)
        else:
            file = replace(file, location=f"{practice.code}/{set_id}/{file.file_name}")
            store.write(str(file.location), content)
        name = ledger.exports.save(run, set_id, file)
        return MadeFile(file.kind, name, file.sha256, file.journal, file.month, ())

    def named(*parts: str, ending: HandOverFormat = shape.format) -> str:
        texts = [re.sub(r"[^0-9A-Za-z-]+", "-", part) for part in (*parts, run.run_id[:8])]
        return f"{settings.division}_{'_'.join(texts)}.{ending}"

    relations = NewFile(RELATIONS, named("relaties"), None, "")
    made = [save(relations, _relations(all_entries, shape))]
    order = list(NAMES)
    for place in sorted(places, key=lambda place: (order.index(place[0]), *place[1:])):
        (kind, journal, month), entries = place, places[place]
        file = NewFile(
            kind=kind,
            file_name=named(NAMES[kind], journal, f"{month:%Y%m}"),
            content=None,
            sha256="",
            invoices=len(entries),
            total_cents=sum(entry.total_cents for entry in entries),
            journal=journal,
            month=month,
        )
        alike = [old for old in earlier if (old.kind, old.journal, old.month) == (kind, journal, month)]
        made.append(
            replace(
                save(file, _entries(kind, entries, lists, shape)),
                entries=entries,
                after=[old.file_name for old in alike if not old.taken_back_by],
                replaces=[old.file_name for old in alike if old.taken_back_by],
            )
        )
    control = Contents(
        practice=practice,
        division=settings.division,
        days=days,
        made_on=made_on,
        files=made,
        totals=totals_of(all_entries, lists),
        left_out=ledger.review.rejections_of_days(practice.code, days),
        in_closed=[entry for entry in all_entries if entry.place in lists.closed_periods],
        shape=shape,
    )
    cover = named("leesmij", ending=HandOverFormat.XLSX)
    save(NewFile(CONTROL, cover, None, ""), control_of_hand_over(control))
    return len(places)


def _relations(entries: Sequence[ExportedEntry], shape: Shape) -> bytes:
    is_xml = shape.format is HandOverFormat.XML
    return relations_xml(entries) if is_xml else relations_workbook(entries, shape)


def _entries(kind: BookingKind, entries: Sequence[ExportedEntry], lists: ExactLists, shape: Shape) -> bytes:
    if shape.format is HandOverFormat.XML:
        return entries_xml(kind, entries, lists)
    account_codes = {account.id: account.code for account in lists.gl_accounts.values()}
    return entries_workbook(kind, entries, account_codes, shape)


def _by_place(ledger: Ledger, run: Run) -> dict[Place, Sequence[ExportedEntry]]:
    """Return what the run hands over and that is in no file yet, by day and number per file."""
    places: dict[Place, list[ExportedEntry]] = defaultdict(list)
    for found in ledger.exports.entries(run):
        entry = ExportedEntry(
            payload=payload_of(found.payload),
            entry_date=found.entry_date,
            entry_number=found.entry_number,
            relation_code=found.relation_code,
            debtor_name=found.debtor_name or "",
            total_cents=found.total_cents,
            relation=found.relation,
        )
        places[BookingKind(found.kind), entry.place[0], entry.month].append(entry)
    return dict(places)

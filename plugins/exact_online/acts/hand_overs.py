"""Take a workbook back that was not imported in Exact (M20)."""

from __future__ import annotations

from exact_online.acts.word import Word, acting
from exact_online.failures import NotReady
from exact_online.ledger import Ledger

MAX_NAMED = 10
"""Numbers that a sentence names."""


def take_back_file(ledger: Ledger, word: Word, file_name: str) -> int:
    """Take back a workbook of which nothing stands in Exact. Return the act's number.

    Its invoices go into the next hand-over, in a new workbook; this one stays as it is, and is
    known as taken back. Raises NotReady when there is none of that name, when it was taken back
    before, and with the numbers that stand in Exact.
    """
    with acting(ledger, word):
        entries = ledger.exports.entries_of(word.practice, file_name)
        if not entries:
            raise NotReady(
                f"Practice {word.practice} has no workbook {file_name!r}; 'files {word.practice}' lists them."
            )
        if imported := [str(entry.entry_number) for entry in entries if entry.is_in_exact]:
            more = ", ..." if len(imported) > MAX_NAMED else ""
            raise NotReady(
                f"{len(imported)} of the {len(entries)} entries of {file_name} stand in Exact: "
                f"{', '.join(imported[:MAX_NAMED])}{more}. Only a workbook of which nothing was imported "
                "is taken back: remove those entries in Exact first, or leave it as it is."
            )
        keys = [entry.source_key for entry in entries]
        act = ledger.acts.keep(
            word.practice, "take_back_file", file_name, word.by, word.reason, {"source_keys": keys}
        )
        if ledger.exports.take_back(word.practice, file_name, entries[0].run_id) != len(entries):
            raise NotReady(f"{file_name} was taken back before.")
    return act


def keep_file(ledger: Ledger, word: Word, file_name: str) -> bool:
    """Make a workbook valid again that was taken back; False when part of it is in a later one."""
    entries = ledger.exports.entries_of(word.practice, file_name)
    return ledger.exports.keep(word.practice, file_name, entries[0].run_id) == len(entries)

"""The staged rows of a run: what was copied from James, and what the transform reads."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager

from exact_online.ledger.session import Session


class Staging:
    """Writes and reads the staged tables."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # --- writing ----------------------------------------------------------------------------------

    def transaction(self, name: str) -> AbstractContextManager[None]:
        """Make what is staged inside one transaction."""
        return self._session.transaction(name)

    def copy_in(self, table: str, columns: Sequence[str], blocks: Iterable[bytes]) -> int:
        """Append rows in COPY's text format to a staged table; return how many."""
        return self._session.copy_in(table, columns, blocks, form="text")

    def clear_debtors(self, run_id: str) -> None:
        """Delete the debtors that the run staged before."""
        self._session.write("stage_clear_debtors", run_id=run_id)

    def clear_invoices(self, run_id: str) -> None:
        """Delete the invoices and lines that the run staged before."""
        self._session.write("stage_clear_invoices", run_id=run_id)
        self._session.write("stage_clear_lines", run_id=run_id)

    def note_gone_debtors(self, practice: str, run_id: str) -> None:
        """Write down as drift: debtors that are booked and no longer in James."""
        self._session.write("stage_gone_debtors", practice=practice, run_id=run_id)

    def note_gone_invoices(
        self, practice: str, run_id: str, from_date: dt.date, before_date: dt.date
    ) -> None:
        """Write down as drift: what was asked for, is booked or handed over, and is not among the
        keys of James.
        """
        days = {"from_date": from_date, "before_date": before_date}
        self._session.write("stage_gone", practice=practice, run_id=run_id, **days)

    def note_shared_numbers(self, practice: str, run_id: str) -> None:
        """Note for each staged invoice of the run which others share its number (FR-G18).

        Called when all are staged: two invoices with one number may lie in different chunks.
        """
        self._session.write("stage_shared_numbers", practice=practice, run_id=run_id)

    def professions(self, run_id: str) -> list[str]:
        """Return the codes of the professions that lines of the run have, as James has them."""
        return [row["profession"] for row in self._session.rows("staged_professions", run_id=run_id)]

    def debtor_numbers(self, run_id: str, practice: str, days: tuple[dt.date, dt.date]) -> list[str]:
        """Return the debtors of the invoices that the run staged, and of what is planned, held,
        sending or doubtful of `days` (the last one not included).
        """
        asked = {"run_id": run_id, "practice": practice, "first_day": days[0], "before": days[1]}
        return [row["debtor_number"] for row in self._session.rows("stage_debtor_numbers", **asked)]

    def moment(self) -> dt.datetime:
        """Return the ledger's present moment: taken before James is read, for `note_read`."""
        row = self._session.row("read_clock")
        assert row is not None
        moment: dt.datetime = row["now"]
        return moment

    def note_read(
        self, run_id: str, read_at: dt.datetime, days: tuple[dt.date, dt.date], *, debtors: bool
    ) -> None:
        """Note when the run read James, the invoices of which `days` (the last one not included),
        and whether the debtors too.

        A plan leaves to a later run what that one has read as well (`Planning.save_plan`).
        """
        self._session.write(
            "note_read",
            run_id=run_id,
            read_at=read_at,
            read_from=days[0],
            read_before=days[1],
            debtors=debtors,
        )

    # --- keys of James ----------------------------------------------------------------------------

    def prepare_keys(self) -> None:
        """Make the temporary tables of statement stage_prepare, for this transaction."""
        self._session.write("stage_prepare")

    def ask_none(self, practice: str, from_date: dt.date, before_date: dt.date) -> None:
        """Put the records of the days that are not among all keys of James into `asked_key`."""
        days = {"from_date": from_date, "before_date": before_date}
        self._session.write("stage_ask_none", practice=practice, **days)

    def choose_keys(self, practice: str, *, unsent_too: bool = False, known_too: bool = False) -> None:
        """Put the keys of `james_key` that are to be fetched into `wanted_key`.

        `unsent_too`: also what is planned and was never sent, for a hand-over. `known_too`: all
        keys, for the effect of other settings.
        """
        self._session.write("stage_choose", practice=practice, unsent_too=unsent_too, known_too=known_too)

    def next_keys(self, after_key: str, keys: int) -> list[str]:
        """Return the next chosen keys, at most `keys`, in order."""
        rows = self._session.rows("stage_next_keys", after_key=after_key, keys=keys)
        return [row["invoice_key"] for row in rows]

    def missing_keys(self, run_id: str) -> list[str]:
        """Return the first three chosen keys of which no invoice is staged."""
        return [row["invoice_key"] for row in self._session.rows("stage_missing_keys", run_id=run_id)]

    def james_practice_code(self, practice: str) -> str | None:
        """Return James' own code of a practice; None when the practice is not registered."""
        row = self._session.row("stage_practice", practice=practice)
        return row["james_practice_code"] if row else None

    # --- reading ----------------------------------------------------------------------------------

    def has_debtors(self, run_id: str) -> bool:
        """Return whether the run staged a debtor."""
        row = self._session.row("stage_has_debtors", run_id=run_id)
        return bool(row and row["there"])

    def debtors_csv(self, run_id: str) -> io.BytesIO:
        """Return the debtors of a run, as `Session.copy_out` writes them."""
        return self._session.copy_out("stage_read_debtors", run_id=run_id)

    def invoices_csv(self, run_id: str, after_key: str, invoices: int) -> io.BytesIO:
        """Return the first `invoices` invoices after a key;
        more when the last key stands there twice.
        """
        return self._session.copy_out(
            "stage_read_invoices", run_id=run_id, after_key=after_key, invoices=invoices
        )

    def lines_csv(self, run_id: str, after_key: str, through_key: str) -> io.BytesIO:
        """Return the lines of the invoices with ``after_key < key <= through_key``."""
        return self._session.copy_out(
            "stage_read_lines", run_id=run_id, after_key=after_key, through_key=through_key
        )

    def credited_csv(self, practice: str, run_id: str, first_key: str, last_key: str) -> io.BytesIO:
        """Return where the bookings are booked that the invoices of these keys credit."""
        return self._session.copy_out(
            "stage_read_credited", practice=practice, run_id=run_id, first_key=first_key, last_key=last_key
        )

"""Whom James has, and what it said of each group of debtors when they were read last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from psycopg.types.json import Jsonb

from exact_online.ledger.runs import Run
from exact_online.ledger.session import Session


@dataclass(frozen=True)
class Figures:
    """What James says of a group of debtors."""

    bucket: int
    debtors: int
    digest: Decimal


class JamesDebtors:
    """Compares groups of debtors with what was kept of them, and keeps whom James has."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def to_read(self, practice: str, figures: Sequence[Figures], basis: str, *, in_full: bool) -> list[int]:
        """Return the groups that are read, in order: their figures are others than those that are
        kept, they were planned by another `basis`, or they are not settled. `in_full`: all groups.
        """
        asked = {"practice": practice, "figures": _document(figures), "basis": basis, "in_full": in_full}
        return [row["bucket"] for row in self._session.rows("stage_buckets", **asked)]

    def to_ask(self, practice: str) -> list[str]:
        """Return the numbers of the debtors that are read whatever group they are in, without the
        zeros in front.
        """
        return [row["plain_number"] for row in self._session.rows("stage_ask_debtors", practice=practice)]

    def keep(self, run: Run, figures: Sequence[Figures], basis: str, buckets: Sequence[int]) -> None:
        """Keep what James said of the groups that the run staged, and whom it has of them."""
        asked = {"practice": run.practice, "run_id": run.run_id, "basis": basis, "buckets": list(buckets)}
        self._session.write("stage_keep_buckets", **asked, figures=_document(figures))

    def settle(self, run: Run) -> None:
        """Settle the groups that the run read, once it has planned their debtors."""
        self._session.write("stage_settle_buckets", practice=run.practice, run_id=run.run_id)

    def unsettle(self, practice: str, debtor_numbers: Sequence[str]) -> None:
        """Let the next night read the groups of some debtors, whatever James says of them."""
        asked = {"practice": practice, "debtor_numbers": list(debtor_numbers)}
        self._session.write("stage_unsettle_buckets", **asked)


def _document(figures: Sequence[Figures]) -> Jsonb:
    return Jsonb([{**vars(each), "digest": str(each.digest)} for each in figures])

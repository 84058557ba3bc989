"""Erases one debtor: what can be read about a person goes, money and numbers stay (B7)."""

from __future__ import annotations

from dataclasses import dataclass

from exact_online.ledger.session import Session


@dataclass(frozen=True)
class Obstacle:
    """Something of a debtor that is not settled."""

    source_key: str
    obstacle: str
    """The state of the record, or the cause of its difference."""


class Erasing:
    """Erases a debtor, within the transaction of the act."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def obstacles(self, practice: str, debtor_number: str) -> list[Obstacle]:
        """Return what of a debtor is not settled."""
        asked = {"practice": practice, "debtor_number": debtor_number}
        return self._session.records(Obstacle, "erase_obstacles", **asked)

    def is_in_james(self, practice: str, debtor_number: str) -> bool:
        """Return whether James had the debtor when it was last read."""
        row = self._session.row("is_in_james", practice=practice, debtor_number=debtor_number)
        return bool(row and row["there"])

    def erase(self, practice: str, debtor_number: str) -> dict[str, str | None]:
        """Empty all that can be read about a debtor.

        The next night reads him again, when James has him. Return the workbooks that were emptied,
        each with where an object of it stands.
        """
        asked = {"practice": practice, "debtor_number": debtor_number}
        self._session.write("erase_act_reasons", **asked)
        self._session.write("erase_bookings", **asked)
        self._session.write("erase_staged_debtor", **asked)
        self._session.write("stage_unsettle_buckets", practice=practice, debtor_numbers=[debtor_number])
        self._session.write("erase_relation", **asked)
        rows = self._session.write("erase_workbooks", **asked)
        return {row["file_name"]: row["location"] for row in rows}

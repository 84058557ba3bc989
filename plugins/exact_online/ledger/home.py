"""Where this ledger is at home, so that a copy of it books nothing (FR-L8).

A ledger that was copied to a second environment has all that is needed to book: practices, tokens,
numbers. Both would renew the same tokens, and book the same invoices. So the ledger writes down in
which server (its system identifier) and database it books, and under which name the environment
calls itself, where it has one.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from exact_online.environment import environment_name
from exact_online.failures import NotReady
from exact_online.ledger.session import Session
from exact_online.stops import Stop

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """A server, a database in it, and the name of the environment."""

    system_identifier: int
    database_oid: int
    environment: str

    def __str__(self) -> str:
        named = f" of environment '{self.environment}'" if self.environment else ""
        return f"database {self.database_oid} of server {self.system_identifier}{named}"


class Home:
    """Reads and writes where the ledger books."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def is_copy(self) -> bool:
        """Return whether it is at home somewhere else."""
        here, home = self._places()
        return home not in (None, here)

    def is_known(self) -> bool:
        """Return whether a home was written down: here, or somewhere else."""
        return self._places()[1] is not None

    def reject_copy(self) -> None:
        """Raise NotReady in a copy; write nothing. Who is about to ask Exact calls this first."""
        self._home_unless_copy()

    def check(self) -> None:
        """Raise NotReady in a copy. The first time, write down that this is the ledger's home."""
        if self._home_unless_copy() is None:
            self._move("the first run", "no home was written down", is_word=False)

    def _home_unless_copy(self) -> Place | None:
        here, home = self._places()
        if home not in (None, here):
            log.warning("The ledger books in %s, and this is %s.", home, here)
            raise NotReady(Stop.LEDGER_NOT_AT_HOME)
        return home

    def move_in(self, by: str, reason: str) -> None:
        """Write down, on a person's word, that the ledger books here from now on."""
        self._move(by, reason, is_word=True)

    def _move(self, by: str, reason: str, *, is_word: bool) -> None:
        self._session.write(
            "home_move", environment=environment_name(), by=by, reason=reason, is_word=is_word
        )

    def _places(self) -> tuple[Place, Place | None]:
        row = self._session.row("home_read")
        assert row is not None
        here = Place(row["system_identifier"], row["database_oid"], environment_name())
        if row["home_system_identifier"] is None:
            return here, None
        home = Place(row["home_system_identifier"], row["home_database_oid"], row["home_environment"])
        return here, home

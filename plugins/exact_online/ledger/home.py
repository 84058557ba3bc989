"""Where this ledger is at home, so that a copy of it books nothing (FR-L8).

A ledger that was copied to a second environment has all that is needed to book: practices, tokens,
numbers. Both would renew the same tokens, and book the same invoices. So the ledger writes down in
which server (its system identifier) and database it books, and under which name the environment
calls itself, where it has one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from exact_online.failures import NotReady
from exact_online.ledger.session import Session

ENVIRONMENT_VARIABLE = "EXACT_ONLINE_ENVIRONMENT"
"""The environment variable with a name such as *productie*: it tells a copy of a whole disk, whose
server has the same system identifier."""


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

    def problem(self) -> str | None:
        """Return the sentence why this is a copy; None when it is at home, or has none yet."""
        here, home = self._places()
        if home is None or home == here:
            return None
        return (
            f"This ledger is a copy, or was moved: it books in {home}, and this is {here}. "
            "Nothing was sent, and no token was renewed. If the other one is in use, leave it so: two "
            "ledgers would book everything twice. If this is the ledger from now on, say so with "
            "'python -m exact_online move-in --by NAME --reason WHY'."
        )

    def check(self) -> None:
        """Raise NotReady in a copy. The first time, write down that this is the ledger's home."""
        if found := self.problem():
            raise NotReady(found)
        if self._places()[1] is None:
            self._move("the first run", "no home was written down", is_word=False)

    def move_in(self, by: str, reason: str) -> None:
        """Write down, on a person's word, that the ledger books here from now on."""
        if not (by.strip() and reason.strip()):
            raise NotReady("Moving in needs a name and a reason: give --by and --reason.")
        self._move(by, reason, is_word=True)

    def _move(self, by: str, reason: str, *, is_word: bool) -> None:
        self._session.write("home_move", environment=_environment(), by=by, reason=reason, is_word=is_word)

    def _places(self) -> tuple[Place, Place | None]:
        row = self._session.row("home_read")
        assert row is not None
        here = Place(row["system_identifier"], row["database_oid"], _environment())
        if row["home_system_identifier"] is None:
            return here, None
        home = Place(row["home_system_identifier"], row["home_database_oid"], row["home_environment"])
        return here, home


def _environment() -> str:
    return os.environ.get(ENVIRONMENT_VARIABLE, "").strip()

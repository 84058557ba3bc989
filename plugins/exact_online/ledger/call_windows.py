"""The call windows of the divisions: implements `exact_online.api.stores.WindowStore`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from exact_online.api.stores import KnownWindows, WindowState
from exact_online.failures import LedgerFailure, StoreUnavailable
from exact_online.ledger.session import Session

_NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


class CallWindows:
    """Reads and changes call windows, each change in one statement that commits by itself."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def read(self, division: int, endpoint: str, errors_since: dt.datetime) -> KnownWindows | None:
        """Return the windows of a division, and the errors of an endpoint since;
        None when none are kept.
        """
        with _reachable():
            row = self._session.row(
                "budget_read", division=division, endpoint=endpoint, errors_since=errors_since
            )
        if row is None:
            return None
        version, errors = row.pop("version"), row.pop("errors")
        return KnownWindows(version, errors, WindowState(**row))

    def day_limit(self, division: int | None) -> int | None:
        """Return how many calls a day Exact allows a division, as it said last; None before."""
        known = self.read(division, "", _NEVER) if division else None
        return known.state.day_limit if known else None

    def open(self, division: int, state: WindowState) -> None:
        """Begin the count of a division; does nothing when another process was first."""
        with _reachable():
            self._session.write("budget_open", division=division, **vars(state))

    def change(
        self,
        division: int,
        endpoint: str,
        known_version: int,
        state: WindowState,
        *,
        max_errors: int,
        errors_since: dt.datetime,
    ) -> bool:
        """Store new windows in the place of `known_version`; return whether that was done.

        False when another process changed them meanwhile,
        or `endpoint` has `max_errors` errors by now.
        """
        with _reachable():
            return self._session.change(
                "budget_change",
                division=division,
                endpoint=endpoint,
                version=known_version,
                most_errors=max_errors,
                errors_since=errors_since,
                **vars(state),
            )

    def note_error(self, division: int, endpoint: str, at: dt.datetime, status: int) -> None:
        """Note an answer that Exact counts as an error."""
        with _reachable():
            self._session.write(
                "budget_note_error", division=division, endpoint=endpoint, at=at, status=status
            )


@contextmanager
def _reachable() -> Iterator[None]:
    """Without the ledger no call is made."""
    try:
        yield
    except LedgerFailure as failure:
        raise StoreUnavailable(
            f"The ledger can't be asked for the call budget; no call is made. {failure}"
        ) from None

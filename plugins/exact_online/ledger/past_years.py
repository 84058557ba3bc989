"""Removes financial years that are past their term, of a practice.

In two steps, a day apart: first no night looks at those days any more, then they are deleted. A
night that was under way could otherwise take what is gone for new, and book it again.
"""

from __future__ import annotations

import datetime as dt

from exact_online.ledger.session import Session


class PastYears:
    """Hides and deletes what was booked in years that are past their term."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def let_go(self, practice: str, now: dt.datetime, years: int) -> None:
        """Move the first day that nights look at; let be deleted what they don't since a day."""
        asked = {"practice": practice, "now": now, "years": years}
        self._session.write("purge_end_years", **asked)
        self._session.write("purge_hide_years", **asked)

    def bookings(self, practice: str, rows: int) -> int:
        """Delete at most so many bookings with all that hangs on them; return how many."""
        asked = {"practice": practice, "rows": rows}
        with self._session.transaction("purge years"):
            self._session.write("purge_year_history", **asked)
            self._session.write("purge_year_lines", **asked)
            self._session.write("purge_year_differences", **asked)
            self._session.write("purge_year_changes", **asked)
            return len(self._session.write("purge_year_bookings", **asked))

    def mirror(self, practice: str, rows: int) -> int:
        """Delete at most so many mirrored lines of Exact; return how many."""
        return len(self._session.write("purge_year_mirror", practice=practice, rows=rows))

    def files(self, practice: str) -> int:
        """Delete the facts of workbooks whose bookings are all gone; return how many."""
        return len(self._session.write("purge_year_files", practice=practice))

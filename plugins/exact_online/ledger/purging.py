"""Removes what is past its term. Which term that is stands in bewaartermijnen.toml.

Each method removes at most `rows` rows of what was there at or before the moment `before`, commits,
and returns how many it removed. None waits for a row that a night has locked.
"""

from __future__ import annotations

import datetime as dt

from exact_online.ledger.session import Session


class Purging:
    """Deletes and empties rows that are past their term."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def staged_debtors(self, practice: str, before: dt.datetime, rows: int) -> int:
        """Delete staged debtors."""
        asked = {"practice": practice, "before": before, "rows": rows}
        return len(self._session.write("purge_staged_debtors", **asked))

    def staged_invoices(self, practice: str, before: dt.datetime, rows: int) -> int:
        """Delete staged invoices."""
        asked = {"practice": practice, "before": before, "rows": rows}
        return len(self._session.write("purge_staged_invoices", **asked))

    def staged_lines(self, practice: str, before: dt.datetime, rows: int) -> int:
        """Delete staged invoice lines."""
        asked = {"practice": practice, "before": before, "rows": rows}
        return len(self._session.write("purge_staged_lines", **asked))

    def sent_debtors(self, practice: str, before: dt.datetime, rows: int) -> int:
        """Put fingerprints in the place of what was sent of debtors."""
        asked = {"practice": practice, "before": before, "rows": rows}
        return len(self._session.write("purge_sent_debtors", **asked))

    def followed_debtors(self, practice: str, before: dt.datetime, rows: int) -> int:
        """Empty versions of debtors that newer ones follow."""
        asked = {"practice": practice, "before": before, "rows": rows}
        return len(self._session.write("purge_followed_debtors", **asked))

    def absent_debtors(self, practice: str, before: dt.datetime, rows: int) -> int:
        """Empty debtors that Exact rejected and that James has no more."""
        asked = {"practice": practice, "before": before, "rows": rows}
        return len(self._session.write("purge_absent_debtors", **asked))

    def access_log(self, practice: str, before: dt.datetime, rows: int) -> int:
        """Delete who looked at which debtor."""
        asked = {"practice": practice, "before": before, "rows": rows}
        return len(self._session.write("purge_access_log", **asked))

    def messages(self, practice: str, before: dt.datetime, rows: int) -> int:
        """Empty Exact's own words about what is at rest."""
        asked = {"practice": practice, "before": before, "rows": rows}
        return len(self._session.write("purge_messages", **asked))

    def workbooks(self, practice: str, before: dt.datetime, rows: int) -> int:
        """Empty workbooks that were handed over."""
        asked = {"practice": practice, "before": before, "rows": rows}
        return len(self._session.write("purge_workbooks", **asked))

    def activation(self, practice: str, before: dt.datetime, rows: int) -> int:
        """Delete links for people without an account and consents under way that ended."""
        asked = {"practice": practice, "before": before, "rows": rows}
        return len(self._session.write("purge_activation", **asked))

    def auditfile_comparisons(self, practice: str, before: dt.datetime, rows: int) -> int:
        """Delete comparisons with an auditfile of Exact, and what they found."""
        asked = {"practice": practice, "before": before, "rows": rows}
        return len(self._session.write("purge_auditfile_comparisons", **asked))

    def deleted_relations(self, practice: str, before: dt.datetime, rows: int) -> int:
        """Empty the mirror of relations that were deleted in Exact, whenever that was."""
        return len(self._session.write("purge_deleted_relations", practice=practice, rows=rows))

    def token_chains(self, before: dt.datetime, rows: int) -> int:
        """Delete token chains that no practice uses."""
        return len(self._session.write("purge_token_chains", before=before, rows=rows))

    def mails(self, before: dt.datetime, rows: int) -> int:
        """Delete mails, whether they went or not."""
        return len(self._session.write("purge_mails", before=before, rows=rows))

    def outages(self, before: dt.datetime, rows: int) -> int:
        """Delete outages that ended, and why nights failed."""
        return len(self._session.write("purge_outages", before=before, rows=rows))

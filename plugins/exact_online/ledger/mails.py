"""Mails that are kept until they went. Who sends one claims it first: nobody sends it twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from exact_online.ledger.session import Session


@dataclass(frozen=True)
class ClaimedMail:
    """A mail that one worker sends now."""

    mail_id: int
    mail_key: str
    address: str | None
    """None: to James Support."""
    subject: str
    html: str
    made_at: dt.datetime
    tries: int
    """This one included."""


@dataclass(frozen=True)
class WaitingMails:
    """Mails that did not go yet and still could."""

    mails: int
    since: dt.datetime | None
    last_error: str | None
    """The kind of failure of the last try; None when none was made."""


class Mails:
    """Keeps mails and gives them to who sends them.

    A mail that does not go within a week is sent no more: what it told is told again while it is
    so, and old news would hide it.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(
        self, mail_key: str, subject: str, html: str, practice: str | None = None, address: str | None = None
    ) -> bool:
        """Keep a mail; return False, and keep nothing, when one with this key was made before.

        `address` None is James Support.
        """
        row = self._session.write_row(
            "mail_keep", mail_key=mail_key, practice=practice, address=address, subject=subject, html=html
        )
        return row is not None

    def is_made(self, mail_key: str) -> bool:
        """Return whether a mail with this key was made."""
        row = self._session.row("mail_is_made", mail_key=mail_key)
        return bool(row and row["is_made"])

    def claim(self, tried: Sequence[int], *, has_support: bool, is_patient: bool) -> ClaimedMail | None:
        """Return the oldest mail that may go, but for those in `tried`; None when there is none.

        `has_support`: James Support has an address. `is_patient`: leave what failed a moment ago.
        """
        row = self._session.write_row(
            "mail_claim", tried=list(tried), has_support=has_support, is_patient=is_patient
        )
        return ClaimedMail(**row) if row else None

    def note_sent(self, mail: ClaimedMail) -> None:
        """Write down that the mail server took it."""
        self._session.write("mail_note_sent", mail_id=mail.mail_id)

    def note_failed(
        self, mail: ClaimedMail, error: str, *, is_of_server: bool, to_support: bool = False
    ) -> None:
        """Write down that it did not go; `is_of_server`: no mail can go now.

        `to_support`: its address is no good, so James Support gets it.
        """
        self._session.write(
            "mail_note_failed",
            mail_id=mail.mail_id,
            error=error,
            is_of_server=is_of_server,
            to_support=to_support,
        )

    def waiting(self, *, has_support: bool) -> WaitingMails:
        """Return what waits for the mail server."""
        found = self._session.record(WaitingMails, "mail_waiting", has_support=has_support)
        assert found is not None
        return found

"""Where mails go once they are made: into the ledger, to be sent from there."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from exact_online.ledger import Ledger
from exact_online.report.mail import Message

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Post:
    """Keeps mails, and knows the addresses of pages."""

    ledger: Ledger
    has_support: bool
    """Without an address of James Support nothing to it is kept: what is still so is told later."""
    pages: str = ""
    """Where the pages of the link are, such as https://airflow.example.org/plugin/...; empty when
    nobody said so, and then a mail has no link."""

    def to_support(self, mail_key: str, message: Message, practice: str | None = None) -> bool:
        """Keep a mail to James Support; return whether it is the first with its key."""
        if not self.has_support:
            log.warning("No mail: James Support has no address. It would say: %s", message.subject)
            return False
        return self.ledger.mails.keep(mail_key, message.subject, message.html, practice)

    def to(self, address: str, mail_key: str, message: Message, practice: str) -> bool:
        """Keep a mail to somebody of a practice; return whether it is the first with its key."""
        return self.ledger.mails.keep(mail_key, message.subject, message.html, practice, address)

    def page(self, path: str) -> str:
        """Return the address of a page; empty without one. It has no secret: a login is needed."""
        return f"{self.pages}/{path}" if self.pages else ""

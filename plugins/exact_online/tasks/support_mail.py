"""Mail to James Support (M21), and to who gets a link."""

from __future__ import annotations

import logging
import os

from airflow.providers.smtp.hooks.smtp import SmtpHook

from exact_online.report.mail import Message
from exact_online.schedule import SUPPORT_MAIL_VARIABLE

log = logging.getLogger(__name__)


def send_to_support(message: Message) -> bool:
    """Send a message to James Support; return whether it was sent.

    A mail that can't be sent does not fail the night: its log has the same sentences.
    """
    address = os.environ.get(SUPPORT_MAIL_VARIABLE)
    if not address:
        log.warning("No mail: %s is not set. It would say: %s", SUPPORT_MAIL_VARIABLE, message.subject)
        return False
    return send(address, message)


def send(address: str, message: Message) -> bool:
    """Send a message through the connection ``smtp_default``; return whether it was sent."""
    try:
        with SmtpHook() as smtp:
            smtp.send_email_smtp(to=address, subject=message.subject, html_content=message.html)
    except Exception as failure:
        log.error(
            "The mail could not be sent (%s); it would say: %s", type(failure).__name__, message.subject
        )
        return False
    return True

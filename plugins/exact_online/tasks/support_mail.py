"""Sends mail through Airflow's connection ``smtp_default``.

What a night or the watch tells is kept in the ledger until it went (`deliver`). A link is mailed at
once and kept nowhere: it has a secret in it, and the page says whether the mail went.
"""

from __future__ import annotations

import logging
import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from airflow.configuration import conf
from airflow.providers.smtp.hooks.smtp import SmtpHook
from airflow.sdk.exceptions import AirflowNotFoundException

from exact_online.failures import LinkFailure
from exact_online.ledger import Ledger
from exact_online.ledger.mails import ClaimedMail, WaitingMails
from exact_online.mails.post import Post
from exact_online.report.mail import Message
from exact_online.schedule import SUPPORT_MAIL_VARIABLE, pages_in_frame

log = logging.getLogger(__name__)

AT_ONCE = 20
"""A night sends so many mails at most; the watch sends all."""
OF_ONE_MAIL = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError)
"""What keeps back one mail, while others may go."""


class NotSetUp(Exception):
    """Airflow has no connection for mail, or it has no sender (`from_email`). Says which."""


@dataclass(frozen=True)
class Delivery:
    """What came of a round."""

    sent: int
    waiting: WaitingMails
    error: str | None
    """Why no mail can go; None when the server took them, or nothing was to be sent."""


def support_address() -> str | None:
    """Return the address of James Support; None when there is none, and then nothing is mailed."""
    return os.environ.get(SUPPORT_MAIL_VARIABLE) or None


def post_of(ledger: Ledger) -> Post:
    """Return where mails of this environment go: what is made is kept until it went (`deliver`)."""
    return Post(ledger, support_address() is not None, page_address())


def page_address() -> str:
    """Return where the pages are for a browser, as Airflow's setting `[api] base_url` says."""
    base = conf.get("api", "base_url", fallback="") or ""
    return pages_in_frame(base) if base else ""


def send(address: str, message: Message) -> bool:
    """Send a message at once; return whether it went. It is kept nowhere."""
    try:
        with _server() as smtp:
            smtp.send_email_smtp(to=address, subject=message.subject, html_content=message.html)
    except Exception as failure:
        log.error("The mail could not be sent (%s); it would say: %s", error_of(failure), message.subject)
        return False
    return True


def deliver(ledger: Ledger, most: int = AT_ONCE, *, is_patient: bool = True) -> Delivery:
    """Send what waits, the oldest first, `most` at most. Never raises for a mail that does not go.

    `is_patient`: leave it to a later night or to the watch when the server failed a moment ago.
    Each mail is claimed before it is sent; who dies in between leaves it to be sent once more,
    under the same Message-ID.
    """
    support, tried, sent = support_address(), list[int](), 0

    def claimed() -> ClaimedMail | None:
        if len(tried) == most:
            return None
        return ledger.mails.claim(tried, has_support=support is not None, is_patient=is_patient)

    mail, error = claimed(), None
    while mail and error is None:
        try:
            with _server() as smtp:
                while mail:
                    tried.append(mail.mail_id)
                    went = _went(ledger, smtp, mail, support)
                    sent += bool(went)
                    if went is None:
                        tried.remove(mail.mail_id)  # support gets it at once
                    mail = claimed()
        except LinkFailure:
            raise  # of the ledger: nothing is known of the mail server
        except Exception as failure:
            if mail is None:
                break  # the last one had gone
            error = error_of(failure)
            ledger.mails.note_failed(mail, error, is_of_server=True)
            log.error("No mail goes (%s); they are kept and sent later.", error)
    return Delivery(sent, ledger.mails.waiting(has_support=support is not None), error)


def server_error() -> str | None:
    """Return why no mail can go: no connection, no sender, or the server does not let us in."""
    try:
        with _server():
            return None
    except Exception as failure:
        return error_of(failure)


def error_of(failure: BaseException) -> str:
    """Return the kind of a failure and the server's status: never its words, nor our password."""
    words = [type(failure).__name__]
    if isinstance(failure, NotSetUp):
        return str(failure)
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        words += sorted({str(code) for code, _ in failure.recipients.values()})
    elif isinstance(failure, smtplib.SMTPResponseException):
        words.append(str(failure.smtp_code))
    elif isinstance(failure, ssl.SSLError) and failure.reason:
        words.append(failure.reason)
    return " ".join(words)


@contextmanager
def _server() -> Iterator[SmtpHook]:
    try:
        SmtpHook.get_connection(SmtpHook.default_conn_name)
    except AirflowNotFoundException:
        raise NotSetUp("no connection smtp_default") from None
    with SmtpHook() as smtp:
        if not smtp.from_email:
            raise NotSetUp("connection smtp_default has no from_email")
        yield smtp


def _went(ledger: Ledger, smtp: SmtpHook, mail: ClaimedMail, support: str | None) -> bool | None:
    """Send one mail; None when its address is no good and it is support's now.

    Raises what keeps all mail back.
    """
    address = mail.address or support
    sender = str(smtp.from_email).rpartition("@")[2].strip("<> ") or "localhost"
    headers = {"Message-ID": f"<exact-online-{mail.mail_id}-{int(mail.made_at.timestamp())}@{sender}>"}
    try:
        smtp.send_email_smtp(to=address, subject=mail.subject, html_content=mail.html, custom_headers=headers)
    except OF_ONE_MAIL as failure:
        error, is_address = error_of(failure), isinstance(failure, smtplib.SMTPRecipientsRefused)
        to_support = bool(is_address and mail.address and support)
        ledger.mails.note_failed(mail, error, is_of_server=False, to_support=to_support)
        log.error("Mail %s did not go (%s)%s.", mail.mail_key, error, ", support gets it" * to_support)
        return None if to_support else False
    ledger.mails.note_sent(mail)
    return True

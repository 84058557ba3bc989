"""A mail server on this machine, for tests of what James Support gets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

import pytest
from aiosmtpd.controller import Controller

from dev.local.ports import free_port
from exact_online.schedule import SUPPORT_MAIL_VARIABLE


class Mailbox:
    """Stores the messages that come in."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:
        self.messages.append(message_from_bytes(envelope.content))  # type: ignore[attr-defined]
        return "250 OK"


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """Give support a mail address, and Airflow a mail server on this machine."""
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    extra = {"disable_ssl": True, "disable_tls": True, "from_email": "koppeling@example.org"}
    connection = {"conn_type": "smtp", "host": "127.0.0.1", "port": server.port, "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", json.dumps(connection))
    monkeypatch.setenv(SUPPORT_MAIL_VARIABLE, "support@example.org")
    yield box
    server.stop()


def text_of(message: Message) -> str:
    parts = message.walk() if message.is_multipart() else [message]
    return "".join(str(part.get_payload(decode=True), "utf-8") for part in parts if not part.is_multipart())

"""Mail servers on this machine, for tests of what people are mailed."""

from __future__ import annotations

import datetime as dt
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dev.local.ports import free_port
from exact_online.schedule import SUPPORT_MAIL_VARIABLE
from exact_online.tasks import told_once

SUPPORT = "support@example.org"
SENDER = "koppeling@example.org"
USER, PASSWORD = "mailer@example.org", "p@ss word/1"


@dataclass
class Mailbox:
    """Stores the messages that come in."""

    messages: list[Message] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    """Addresses that the server does not have."""
    sessions: int = 0
    port: int = 0

    async def handle_HELO(self, _server: object, session: Any, _envelope: object, name: str) -> str:
        self.sessions += 1
        session.host_name = name
        return "250 mailbox"

    async def handle_EHLO(
        self, _server: object, session: Any, _envelope: object, name: str, responses: list[str]
    ) -> list[str]:
        self.sessions += 1
        session.host_name = name
        return responses

    async def handle_RCPT(
        self, _server: object, _session: object, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if address in self.unknown:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        self.messages.append(message_from_bytes(envelope.content))
        return "250 OK"

    @property
    def subjects(self) -> list[str]:
        """What came in, by its subjects, in that order."""
        return [subject_of(message) for message in self.messages]

    def texts(self) -> list[str]:
        return [text_of(message) for message in self.messages]


@contextmanager
def serving(box: Mailbox, **settings: Any) -> Iterator[Mailbox]:
    """Run a mail server for a mailbox, on the port that it had before if it had one."""
    box.port = box.port or free_port()
    server = Controller(box, hostname="127.0.0.1", port=box.port, **settings)
    server.start()
    try:
        yield box
    finally:
        server.stop()


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Mailbox]:
    """Give support a mail address, and Airflow a mail server on this machine."""
    monkeypatch.setattr(told_once, "FILE", tmp_path / "mailed.json")
    with serving(Mailbox()) as box:
        connect(box, monkeypatch)
        monkeypatch.setenv(SUPPORT_MAIL_VARIABLE, SUPPORT)
        yield box


def connect(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Airflow's connection lead to a mailbox, in plain text."""
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", connection_to(box.port))


def connection_to(port: int) -> str:
    """Return Airflow's connection `smtp_default` to a mail server on this machine, as JSON."""
    extra = {"disable_ssl": True, "disable_tls": True, "from_email": SENDER, "retry_limit": 0, "timeout": 5}
    return json.dumps({"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": extra})


@contextmanager
def strict_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """Run a mail server as providers have it: STARTTLS first, then a login, then mail."""
    certificate, key = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    def authenticate(
        _server: object, _session: object, _envelope: object, _how: str, data: Any
    ) -> AuthResult:
        is_known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_known, handled=False)

    with serving(
        Mailbox(),
        require_starttls=True,
        tls_context=context,
        auth_required=True,
        auth_require_tls=True,
        authenticator=authenticate,
    ) as box:
        yield box


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mailbox")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "mailbox.pem", folder / "mailbox.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return files


def subject_of(message: Message) -> str:
    return str(make_header(decode_header(str(message["Subject"]))))


def text_of(message: Message) -> str:
    parts = message.walk() if message.is_multipart() else [message]
    return "".join(str(part.get_payload(decode=True), "utf-8") for part in parts if not part.is_multipart())

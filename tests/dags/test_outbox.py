"""Mails that are kept until they went, through real mail servers on this machine."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from dev.local.ports import free_port
from exact_online.clock import SystemClock
from exact_online.ledger import Ledger, connect
from exact_online.purge import purge
from exact_online.report.mail import Message
from exact_online.schedule import SUPPORT_MAIL_VARIABLE
from exact_online.tasks.support_mail import deliver, post_of, send, server_error
from tests.dags.mailbox import (
    PASSWORD,
    SENDER,
    SUPPORT,
    USER,
    Mailbox,
    mailbox,
    serving,
    strict_server,
    text_of,
)
from tests.ledger_cases import register

__all__ = ["mailbox"]

ROOT = Path(__file__).parents[2]
MESSAGE = Message("Exact Online: geweigerd €", "<p>Geweigerd: factuur 2600001, € 12,50.</p>")
ACCOUNTANT = "boekhouder@example.org"
SECRET = "geheim-wachtwoord"  # noqa: S105 - of no server


@pytest.fixture
def ledger(ledger_dsn: str) -> Iterator[Ledger]:
    with closing(connect(ledger_dsn)) as conn:
        yield Ledger(conn)


def server_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    extra = "disable_ssl=true&disable_tls=true&retry_limit=0&from_email=a%40example.org"
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", f"smtp://u:{SECRET}@127.0.0.1:{free_port()}/?{extra}")


def rows(ledger: Ledger) -> list[tuple[str, int, str | None]]:
    found = ledger.conn.execute("select state, tries, last_error from mail order by mail_id").fetchall()
    return [(row["state"], row["tries"], row["last_error"]) for row in found]


def example() -> str:
    """The form of the connection that .env.example shows."""
    (found,) = re.findall(r"smtp://\S+", (ROOT / ".env.example").read_text(encoding="utf-8"))
    return found.rstrip(").,")


# The connection.


def test_the_connection_of_env_example_works_with_starttls_and_a_login(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M21: a server that takes nothing before STARTTLS and a login; its certificate is checked."""
    monkeypatch.setenv(SUPPORT_MAIL_VARIABLE, SUPPORT)
    with strict_server(tmp_path, monkeypatch) as box:
        filled = (
            example()
            .replace(
                "user:password@host:587",
                f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@127.0.0.1:{box.port}",
            )
            .replace("sender%40example.org", quote(SENDER, safe=""))
        )
        assert str(box.port) in filled
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", filled)
        assert server_error() is None
        assert post_of(ledger).to_support("night:a:1", MESSAGE)
        assert deliver(ledger).sent == 1
        assert send(ACCOUNTANT, MESSAGE)
    first, second = box.messages
    assert (first["To"], first["From"], second["To"]) == (SUPPORT, SENDER, ACCOUNTANT)
    assert text_of(first) == MESSAGE.html
    assert box.subjects == [MESSAGE.subject] * 2


def test_a_wrong_password_is_an_error_without_words_of_the_server_or_the_password(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(SUPPORT_MAIL_VARIABLE, SUPPORT)
    with strict_server(tmp_path, monkeypatch) as box:
        address = f"smtp://u:{SECRET}@127.0.0.1:{box.port}/?disable_ssl=true&from_email=a%40example.org"
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", address)
        post_of(ledger).to_support("night:a:1", MESSAGE)
        assert deliver(ledger).error == "SMTPAuthenticationError 535"
    assert box.messages == []
    assert rows(ledger) == [("waiting", 1, "SMTPAuthenticationError 535")]
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("extra", "error"),
    [
        ("?from_email=a%40example.org", "SSLError WRONG_VERSION_NUMBER"),
        ("?disable_ssl=true", "connection smtp_default has no from_email"),
    ],
)
def test_a_connection_without_what_it_needs_says_what(
    extra: str, error: str, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with strict_server(tmp_path, monkeypatch) as box:
        user, password = quote(USER, safe=""), quote(PASSWORD, safe="")
        monkeypatch.setenv(
            "AIRFLOW_CONN_SMTP_DEFAULT", f"smtp://{user}:{password}@127.0.0.1:{box.port}/{extra}"
        )
        assert server_error() == error
    monkeypatch.delenv("AIRFLOW_CONN_SMTP_DEFAULT")
    assert server_error() == "no connection smtp_default"


# Kept, and sent once.


def test_what_does_not_go_is_kept_and_goes_once_when_the_server_is_back(
    ledger: Ledger, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """FR-L9: nothing is raised, and the reason that is kept has no secret."""
    with monkeypatch.context() as meanwhile:
        server_is_down(meanwhile)
        assert post_of(ledger).to_support("night:a:1", MESSAGE)
        assert deliver(ledger).error == "ConnectionRefusedError"
        assert rows(ledger) == [("waiting", 1, "ConnectionRefusedError")]
        assert SECRET not in caplog.text
    assert not post_of(ledger).to_support("night:a:1", MESSAGE), "the same thing is told once"
    delivery = deliver(ledger, is_patient=False)
    assert (delivery.sent, delivery.waiting.mails, delivery.error) == (1, 0, None)
    assert deliver(ledger, is_patient=False).sent == 0
    assert mailbox.subjects == [MESSAGE.subject]
    assert rows(ledger) == [("sent", 2, None)]


def test_nights_leave_a_server_alone_that_failed_a_moment_ago(
    ledger: Ledger, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """3,000 nights would each wait for its timeout. The watch tries all the same."""
    with monkeypatch.context() as meanwhile:
        server_is_down(meanwhile)
        post_of(ledger).to_support("night:a:1", MESSAGE)
        deliver(ledger)
    post_of(ledger).to_support("night:b:1", MESSAGE)
    assert deliver(ledger).sent == 0
    assert mailbox.sessions == 0
    ledger.conn.execute("update mail set server_failed_at = server_failed_at - interval '6 minutes'")
    assert deliver(ledger).sent == 1, "the one that did not fail"
    ledger.conn.execute("update mail set held_until = held_until - interval '6 minutes'")
    assert deliver(ledger).sent == 1
    assert rows(ledger) == [("sent", 2, None), ("sent", 1, None)]


def test_many_workers_at_once_send_each_mail_once(ledger: Ledger, ledger_dsn: str, mailbox: Mailbox) -> None:
    for number in range(40):
        post_of(ledger).to_support(f"night:{number}:1", Message(f"Mail {number}", "<p>x</p>"))

    def work(_: int) -> int:
        with closing(connect(ledger_dsn)) as conn:
            return deliver(Ledger(conn), most=40).sent

    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(work, range(4))) == 40
    assert sorted(mailbox.subjects) == sorted(f"Mail {number}" for number in range(40))


def test_a_worker_that_dies_leaves_its_mail_to_another_under_the_same_id(
    ledger: Ledger, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows whether it went: a receiver that knows the Message-ID shows it once."""
    post_of(ledger).to_support("night:a:1", MESSAGE)

    class Dies(BaseException):
        """As a worker that is killed."""

    def die(*_: object) -> None:
        raise Dies

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(type(ledger.mails), "note_sent", die)
        with pytest.raises(Dies):
            deliver(ledger)
    assert rows(ledger) == [("sending", 1, None)]
    assert deliver(ledger, is_patient=False).sent == 0, "its worker may still be at it"
    ledger.conn.execute("update mail set claimed_at = claimed_at - interval '16 minutes'")
    assert deliver(ledger).sent == 1
    first, second = mailbox.messages
    assert first["Message-ID"] == second["Message-ID"]


# Addresses.


def test_an_address_that_the_server_does_not_have_is_supports(ledger: Ledger, mailbox: Mailbox) -> None:
    mailbox.unknown.add(ACCOUNTANT)
    register(ledger)
    ledger.mails.keep("accountant:a:1", "Aan de accountant", "<p>x</p>", "praktijk_a", ACCOUNTANT)
    post_of(ledger).to_support("night:b:1", MESSAGE)
    assert deliver(ledger).sent == 2
    assert [message["To"] for message in mailbox.messages] == [SUPPORT, SUPPORT]
    assert mailbox.subjects == ["Aan de accountant", MESSAGE.subject]


def test_a_mail_to_support_that_the_server_rejects_keeps_no_other_back(
    ledger: Ledger, mailbox: Mailbox
) -> None:
    mailbox.unknown.add(SUPPORT)
    register(ledger)
    post_of(ledger).to_support("night:b:1", MESSAGE)
    ledger.mails.keep("accountant:a:1", "Aan de accountant", "<p>x</p>", "praktijk_a", ACCOUNTANT)
    delivery = deliver(ledger)
    assert (delivery.sent, delivery.error, delivery.waiting.mails) == (1, None, 1)
    assert delivery.waiting.last_error == "SMTPRecipientsRefused 550"
    assert deliver(ledger).sent == 0, "it rests"


def test_without_an_address_nothing_is_kept(
    ledger: Ledger, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv(SUPPORT_MAIL_VARIABLE)
    assert not post_of(ledger).to_support("night:a:1", MESSAGE)
    assert rows(ledger) == []
    assert MESSAGE.subject in caplog.text
    assert deliver(ledger).sent == 0


def test_a_mail_is_sent_for_a_week_and_kept_for_a_month(ledger: Ledger, mailbox: Mailbox) -> None:
    """B7."""
    post_of(ledger).to_support("night:a:1", MESSAGE)
    ledger.conn.execute("update mail set made_at = made_at - interval '8 days'")
    delivery = deliver(ledger, is_patient=False)
    assert (delivery.sent, delivery.waiting.mails) == (0, 0)
    assert purge(ledger, SystemClock()).rows["mail"] == 0
    ledger.conn.execute("update mail set made_at = made_at - %s", [dt.timedelta(days=23)])
    assert purge(ledger, SystemClock()).rows["mail"] == 1
    assert rows(ledger) == []


def test_a_server_that_comes_back_on_its_address_gets_what_waits(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    """The same server, as after its restart."""
    box = Mailbox(port=free_port())
    extra = "disable_ssl=true&disable_tls=true&retry_limit=0&from_email=a%40example.org"
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", f"smtp://127.0.0.1:{box.port}/?{extra}")
    for number in range(25):
        post_of(ledger).to_support(f"night:{number}:1", MESSAGE)
    assert deliver(ledger, is_patient=False).waiting.mails == 25
    assert [tries for _, tries, _ in rows(ledger)] == [1, *[0] * 24], "one try says it for all"
    with serving(box):
        assert deliver(ledger, is_patient=False).sent == 20, "a night does not work for all"
        assert deliver(ledger, most=1000, is_patient=False).sent == 5
    assert len(box.messages) == 25

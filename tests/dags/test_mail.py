"""The mail that James Support gets (M21), through a real mail server on this machine."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from dev.local.ports import free_port
from exact_online.ledger import AttentionItem, Practice, Run
from exact_online.report.mail import compose
from exact_online.tasks.support_mail import send
from tests.dags.mailbox import Mailbox, mailbox, text_of
from tests.night_numbers import night_numbers

__all__ = ["mailbox"]

PRACTICE = Practice(
    "praktijk_a",
    "Praktijk <A>",
    "A",
    True,
    None,
    None,
    None,
    dt.date(2026, 10, 1),
    dt.date(2026, 10, 1),
    "nothing",
)
RUN = Run("r", "praktijk_a", dt.date(2026, 11, 22), False, 1, "night")
ITEMS = [
    AttentionItem(
        1,
        "factuur:7",
        "sales_entry",
        "rejected",
        "1001",
        7,
        "7",
        "period_closed",
        {"year": 2026, "period": 10},
        "Periode is afgesloten",
    ),
    AttentionItem(2, "factuur:8", "sales_entry", "doubtful", "1001", 8, "8", None, {}, None),
]


def test_support_gets_every_open_record_with_its_cause_and_cure_in_dutch(mailbox: Mailbox) -> None:
    """M21."""
    send("support@example.org", compose(PRACTICE, RUN, night_numbers(sales_entries=3), ITEMS))
    (message,) = mailbox.messages
    assert message["To"] == "support@example.org"
    assert message["Subject"] == "Exact Online praktijk_a: 2 open na de nacht van 22-11-2026"
    text = text_of(message)
    assert "factuur:7" in text
    assert "accountant" in text
    assert "factuur:8" in text
    assert "Praktijk &lt;A&gt;" in text


def test_a_mail_server_that_is_down_does_not_fail_the_night(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """FR-L9."""
    connection = {
        "conn_type": "smtp",
        "host": "127.0.0.1",
        "port": free_port(),
        "extra": {"disable_ssl": True, "disable_tls": True, "retry_limit": 1},
    }
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", json.dumps(connection))
    send("support@example.org", compose(PRACTICE, RUN, None, ITEMS))
    assert mailbox.messages == []
    assert "could not be sent" in caplog.text


def test_a_long_list_is_shortened_and_the_others_are_counted() -> None:
    """One cause is one row, with a few of its records; and so many rows."""
    many = [
        AttentionItem(n, f"factuur:{n}", "sales_entry", "doubtful", "1", n, str(n), None, {}, None)
        for n in range(1000, 1250)
    ]
    html = compose(PRACTICE, RUN, {}, many).html
    assert "factuur:1009 en 240 andere" in html
    assert html.count("<tr>") == 2
    causes = [
        replace(item, reason="period_closed", reason_values={"year": item.booking_id + 5000}) for item in many
    ]
    assert "nog 50 oorzaken" in compose(PRACTICE, RUN, {}, causes).html

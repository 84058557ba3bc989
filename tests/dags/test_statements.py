"""The statement of a month: what became of what James billed; to the practice or support, once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from exact_online.mails.statements import tell_statements
from exact_online.tasks.support_mail import deliver, post_of
from tests.dags.mailbox import SUPPORT, Mailbox, mailbox
from tests.link.fixtures import link, small_place
from tests.link.small import SmallLink

__all__ = ["link", "mailbox", "small_place"]

OCTOBER = dt.date(2026, 10, 1)
FIRST = dt.date(2026, 11, 1)


@pytest.fixture(autouse=True)
def connection(link: SmallLink, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://airflow.example.org")
    link.ledger.conn.execute("update practice set created_at = '2026-01-01'")
    return


def invoices(link: SmallLink) -> None:
    """Five of October and one of November, 10,00 euro each."""
    link.james.debtor("1001")
    for number in range(2600001, 2600006):
        link.james.invoice(number, "1001", day=dt.date(2026, 10, number - 2600000))
    link.james.invoice(2600009, "1001", day=dt.date(2026, 11, 3))


def told(link: SmallLink, box: Mailbox, day: dt.date) -> list[str]:
    before = len(box.messages)
    with link.ledger.transaction("tell statements"):
        tell_statements(post_of(link.ledger), day)
    deliver(link.ledger)
    return box.subjects[before:]


def lines(text: str) -> dict[str, str]:
    """Each line of the statement with its euros."""
    found = re.findall(r"<tr><td>([^<]*)</td><td>[^<]*</td><td>([^<]*)</td></tr>", text)
    return dict(found)


def in_sql(link: SmallLink) -> dict[str, int]:
    """What the ledger says of October, in cents per state."""
    rows = link.ledger.conn.execute(
        "select state, sum(total_cents)::bigint as cents from current_booking where kind <> 'debtor'"
        " and entry_date >= '2026-10-01' and entry_date < '2026-11-01' group by state"
    ).fetchall()
    return {row["state"]: row["cents"] for row in rows}


def test_a_month_that_is_all_booked_has_nothing_to_do(link: SmallLink, mailbox: Mailbox) -> None:
    invoices(link)
    link.night()
    assert told(link, mailbox, FIRST) == [
        "Exact Online: maandoverzicht oktober 2026 van Fysiotherapie Noorderlicht"
    ]
    (text,) = mailbox.texts()
    booked = in_sql(link)["booked"]
    assert lines(text)["Gefactureerd in James"] == lines(text)["Geboekt in Exact"] == f"{booked // 100},00"
    assert "Niets te doen." in text
    assert "Verschil" not in text
    assert "practices/noorderlicht/reconciliation/2026-10" in text
    assert mailbox.messages[0]["To"] == SUPPORT
    assert told(link, mailbox, FIRST) == told(link, mailbox, dt.date(2026, 11, 2)) == [], "once"


def test_billed_is_booked_and_waiting_and_rejected_and_handed_over_and_closed(
    link: SmallLink, mailbox: Mailbox
) -> None:
    """To the cent, as SQL says, for each state that an invoice may have."""
    invoices(link)
    link.night()
    moves = {2600002: "rejected", 2600003: "closed", 2600004: "exported", 2600005: "held"}
    with link.ledger.conn.transaction():
        link.ledger.conn.execute("alter table booking disable trigger user")
        for number, state in moves.items():
            link.ledger.conn.execute(
                "update booking set state = %s, reason = 'gl_account_blocked',"
                ' reason_values = \'{"account": "8010"}\' where entry_number = %s',
                [state, number],
            )
        link.ledger.conn.execute("alter table booking enable trigger user")
    told(link, mailbox, FIRST)
    (text,) = mailbox.texts()
    euros = {state: f"{cents // 100},{cents % 100:02}" for state, cents in in_sql(link).items()}
    found = lines(text)
    assert found["Geboekt in Exact"] == euros["booked"]
    assert found["Wacht"] == euros["held"]
    assert found["Geweigerd"] == euros["rejected"]
    assert found["Overgedragen in een werkboek"] == euros["exported"]
    assert found["Wordt niet geboekt, op iemands woord"] == euros["closed"]
    parts = sum(in_sql(link).values())
    assert found["Gefactureerd in James"] == f"{parts // 100},00"
    assert "Te doen voordat de maand sluit" in text
    assert "Een grootboekrekening van factuur 2600002 is in Exact geblokkeerd." in text
    assert "2 records" in text
    kept = link.ledger.conn.execute("select numbers from month_statement").fetchone()
    assert kept is not None
    assert kept["numbers"]["billed"] == parts
    assert kept["numbers"]["difference"] == 0


def test_an_invoice_that_changed_after_booking_is_a_difference(link: SmallLink, mailbox: Mailbox) -> None:
    invoices(link)
    link.night()
    link.ledger.conn.execute("alter table booking disable trigger user")
    link.ledger.conn.execute(
        "update booking set total_cents = total_cents - 250 where entry_number = 2600001 "[:-1]
    )
    link.ledger.conn.execute("alter table booking enable trigger user")
    told(link, mailbox, FIRST)
    (text,) = mailbox.texts()
    assert lines(text)["Verschil tussen James en de koppeling"] == "2,50"
    assert "Niets te doen" not in text


def test_it_waits_for_a_night_after_the_month_until_the_fifth(link: SmallLink, mailbox: Mailbox) -> None:
    invoices(link)
    link.night()
    link.ledger.conn.execute("update run set book_day = '2026-10-31'")
    assert [told(link, mailbox, dt.date(2026, 11, day)) for day in range(1, 5)] == [[]] * 4
    assert len(told(link, mailbox, dt.date(2026, 11, 5))) == 1
    assert "Cijfers van de nacht van 31-10-2026." in mailbox.texts()[0]
    assert told(link, mailbox, dt.date(2026, 11, 6)) == []


def test_it_is_not_made_later_in_the_month(link: SmallLink, mailbox: Mailbox) -> None:
    invoices(link)
    link.night()
    assert told(link, mailbox, dt.date(2026, 11, 6)) == []


def test_a_practice_with_an_address_gets_its_own(
    link: SmallLink, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoices(link)
    link.night()
    due: Any = type(link.ledger.statements).due

    def with_address(*args: Any, **named: Any) -> list[Any]:
        return [replace(each, address="praktijk@example.org") for each in due(*args, **named)]

    monkeypatch.setattr(type(link.ledger.statements), "due", with_address)
    assert len(told(link, mailbox, FIRST)) == 1
    assert mailbox.messages[0]["To"] == "praktijk@example.org"

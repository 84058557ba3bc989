"""Whom the watch mails about what: one message per practice and day, through a mail server."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from exact_online.book_day import AMSTERDAM
from exact_online.failures import NeedsPerson
from exact_online.tasks import watch_tasks
from tests.dags.mailbox import Mailbox, mailbox, text_of
from tests.link.fixtures import link, small_place
from tests.link.small import SmallLink

__all__ = ["link", "mailbox", "small_place"]

MONDAY = dt.date(2026, 11, 23)
ACCOUNTANT = "boekhouder@example.org"


@pytest.fixture(autouse=True)
def connection(link: SmallLink, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A practice whose night has read its lists, so that nothing is the matter."""
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", link.place.ledger_dsn.partition("?")[0])
    link.ledger.conn.execute("update token_chain set issued_at = now()")
    return


def moment(day: dt.date) -> SimpleNamespace:
    return SimpleNamespace(run_after=dt.datetime.combine(day, dt.time(7, 20), AMSTERDAM))


def morning(box: Mailbox, day: dt.date) -> list[tuple[str, str]]:
    """Run the task that mails; return address and text of what came."""
    before = len(box.messages)
    watch_tasks.mail_support(moment(day))
    return [(str(message["To"]), text_of(message)) for message in box.messages[before:]]


def consented_by_link(link: SmallLink) -> None:
    """The accountant gave the consent through a signed link that was mailed to him."""
    link.ledger.conn.execute(
        "insert into activation_link (practice, person, mail_address, made_by, expires_at, spent_at,"
        " browser_hash) values (%s, 'A', %s, 'support', now(), now(), 'x')",
        [link.practice.code, ACCOUNTANT],
    )


def other_days_in_exact(link: SmallLink) -> None:
    """Somebody changes a payment condition in Exact; the night reads it."""
    (row,) = [row for row in link.division["PaymentConditions"] if row["Code"].strip() == "21"]
    row["PaymentDays"] = 25


def lose_next_year(link: SmallLink) -> None:
    row = {"FinYear": 2026, "FinPeriod": 1, "StartDate": "2026-01-01", "EndDate": "2026-12-31"}
    link.ledger.mirrors.save_lists(link.practice.code, {"periods": [row]})


def invoice_on_a_blocked_account(link: SmallLink) -> None:
    """Open since Monday noon: the accountant blocked every revenue account in Exact."""
    for row in link.division["GLAccounts"]:
        row["IsBlocked"] = row["IsBlocked"] or row["Type"] == 110
    link.james.debtor("1001")
    link.james.invoice(2001, "1001")
    link.night()
    assert link.reasons() == {"factuur:2001": "gl_account_blocked"}
    noon = dt.datetime.combine(MONDAY, dt.time(12), AMSTERDAM)
    link.ledger.conn.execute("update booking set planned_at = %s, open_since = %s", [noon, noon])


def test_the_accountant_gets_all_that_is_his_in_one_message(link: SmallLink, mailbox: Mailbox) -> None:
    """M13, M19: a condition with other days and a missing year, both cured in Exact."""
    other_days_in_exact(link)
    link.night()
    lose_next_year(link)
    consented_by_link(link)
    ((address, text),) = morning(mailbox, MONDAY)
    assert address == ACCOUNTANT
    assert "ontbreekt boekjaar 2027" in text
    assert "Fysiotherapie Noorderlicht (noorderlicht): " in text
    assert "25" in text
    ((_, again),) = morning(mailbox, MONDAY + dt.timedelta(days=1))
    assert "boekjaar" not in again, "on Mondays"
    assert morning(mailbox, MONDAY + dt.timedelta(days=2)) == [], "what is not new, after 1, 7 and 30 days"


def test_support_gets_the_one_message_when_not_all_is_the_accountants(
    link: SmallLink, mailbox: Mailbox
) -> None:
    link.night()
    lose_next_year(link)
    consented_by_link(link)
    link.ledger.conn.execute("update token_chain set issued_at = now() - interval '21 days'")
    ((address, text),) = morning(mailbox, MONDAY)
    assert address == "support@example.org"
    assert "ontbreekt boekjaar 2027" in text


def test_an_accountant_who_can_not_be_reached_is_supports(
    link: SmallLink, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    link.night()
    lose_next_year(link)
    consented_by_link(link)
    reach = watch_tasks.send

    def to_support_only(address: str, message: object) -> bool:
        return address != ACCOUNTANT and reach(address, message)  # type: ignore[arg-type]

    monkeypatch.setattr(watch_tasks, "send", to_support_only)
    assert [address for address, _ in morning(mailbox, MONDAY)] == ["support@example.org"]


def test_what_stays_open_is_told_at_1_7_and_30_days_higher_up_and_then_is_urgent(
    link: SmallLink, mailbox: Mailbox
) -> None:
    invoice_on_a_blocked_account(link)
    consented_by_link(link)
    told = {
        days: address
        for days in range(33)
        for address, text in morning(mailbox, MONDAY + dt.timedelta(days=days))
        if "staan open" in text
    }
    assert told == {1: ACCOUNTANT, 7: "support@example.org", 30: "support@example.org"}
    watch_tasks.open_items(moment(MONDAY + dt.timedelta(days=29)))
    with pytest.raises(NeedsPerson):
        watch_tasks.open_items(moment(MONDAY + dt.timedelta(days=30)))


def test_a_record_that_is_cured_is_followed_no_more(link: SmallLink, mailbox: Mailbox) -> None:
    invoice_on_a_blocked_account(link)
    day = MONDAY + dt.timedelta(days=2)
    text = morning(mailbox, day)[0][1]
    assert "staan open" in text
    assert "Het oudste: " in text
    for row in link.division["GLAccounts"]:
        row["IsBlocked"] = False
    link.night()
    assert link.ledger.watch_reports.old_items(moment(day).run_after) == []
    morning(mailbox, day)
    assert link.ledger.watch_reports.list() == []

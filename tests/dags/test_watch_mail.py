"""Whom the watch mails about what: one message per practice and day, through a mail server."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from dev.local.ports import free_port
from exact_online.book_day import AMSTERDAM
from exact_online.failures import NeedsPerson
from exact_online.ledger.practices import MailAddresses
from exact_online.requirements import Item, confirm
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


def confirm_all(link: SmallLink) -> None:
    """Somebody says what Exact can't be asked."""
    for item in (Item.TITLES, Item.VAT_RETURN):
        confirm(link.ledger, link.ledger.practices.get(link.practice.code), item, "Anna")


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


def typed(link: SmallLink, practice: str = "", accountant: str = "") -> None:
    """Somebody typed these addresses on the page of the settings."""
    link.ledger.practices.save_addresses(link.practice.code, MailAddresses(practice, accountant))


def test_an_address_that_somebody_typed_goes_before_that_of_the_consent(
    link: SmallLink, mailbox: Mailbox
) -> None:
    link.night()
    lose_next_year(link)
    consented_by_link(link)
    typed(link, "balie@example.org", "ander@example.org")
    ((address, _),) = morning(mailbox, MONDAY)
    assert address == "ander@example.org"


def test_the_practice_is_mailed_what_it_can_cure_itself(link: SmallLink, mailbox: Mailbox) -> None:
    """The link itself: somebody of the practice authenticates again."""
    link.night()
    confirm_all(link)
    typed(link, practice="balie@example.org")
    link.ledger.conn.execute("update token_chain set state = 'reconnect_needed', state_reason = 'withdrawn'")
    ((address, text),) = morning(mailbox, MONDAY)
    assert address == "balie@example.org"
    assert "uw praktijk" in text
    assert "is verbroken" in text


def test_an_accountant_whose_address_is_no_good_is_supports(link: SmallLink, mailbox: Mailbox) -> None:
    link.night()
    lose_next_year(link)
    consented_by_link(link)
    mailbox.unknown.add(ACCOUNTANT)
    ((address, text),) = morning(mailbox, MONDAY)
    assert address == "support@example.org"
    assert "ontbreekt boekjaar 2027" in text


@pytest.mark.parametrize("is_due", [True, False])
def test_mail_that_can_not_go_makes_the_watch_red_also_when_there_is_none(
    is_due: bool,
    link: SmallLink,
    mailbox: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """M21: a mail server that nobody can use would be seen when it is too late."""
    link.night()
    confirm_all(link)
    if is_due:
        lose_next_year(link)
    with monkeypatch.context() as meanwhile:
        extra = "disable_ssl=true&disable_tls=true&retry_limit=0&from_email=a%40example.org"
        meanwhile.setenv("AIRFLOW_CONN_SMTP_DEFAULT", f"smtp://127.0.0.1:{free_port()}/?{extra}")
        with pytest.raises(NeedsPerson):
            watch_tasks.mail_support(moment(MONDAY))
    waiting = int(is_due)
    assert f"Geen mail gaat weg (ConnectionRefusedError); wat wacht ({waiting}), gaat later." in caplog.text
    assert "[mail_not_sent]" in caplog.text
    assert len(morning(mailbox, MONDAY)) == waiting, "kept, and sent when the task is cleared"
    with monkeypatch.context() as meanwhile:
        meanwhile.delenv("EXACT_ONLINE_SUPPORT_MAIL")
        meanwhile.delenv("AIRFLOW_CONN_SMTP_DEFAULT")
        watch_tasks.mail_support(moment(MONDAY))


def test_what_stays_open_is_told_to_the_accountant_after_a_day_and_is_urgent_after_30(
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
    assert told == {1: ACCOUNTANT}, "support has it in the mail of the night, and in the digest"
    watch_tasks.open_items(moment(MONDAY + dt.timedelta(days=29)))
    with pytest.raises(NeedsPerson):
        watch_tasks.open_items(moment(MONDAY + dt.timedelta(days=30)))


def test_a_record_that_is_cured_is_followed_no_more(link: SmallLink, mailbox: Mailbox) -> None:
    invoice_on_a_blocked_account(link)
    day = MONDAY + dt.timedelta(days=2)
    consented_by_link(link)
    (text,) = [text for address, text in morning(mailbox, day) if address == ACCOUNTANT]
    assert "staan open" in text
    assert "Het oudste: " in text
    for row in link.division["GLAccounts"]:
        row["IsBlocked"] = False
    link.night()
    assert link.ledger.watch_reports.old_items(moment(day).run_after) == []
    morning(mailbox, day)
    followed = {report.reason for report in link.ledger.watch_reports.list()}
    assert followed == {"requirement:vat_return_to_confirm"}, "which nobody has confirmed"

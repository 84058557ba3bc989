"""B6, FR-B7: a day with too few calls for all books invoices, and not debtors alone."""

from __future__ import annotations

from contextlib import suppress

import pytest

from exact_online.failures import DayIsFull
from exact_online.night import steps as night
from exact_online.vocabulary import Turn
from tests.link.small import BOOK_DAY, SmallLink
from tests.purge.moments import purge_after

ENTRIES = "salesentry/SalesEntries"
DAY_SECONDS = 24 * 3600
FIRST = 2600001


def patients(link: SmallLink, numbers: range, *, with_invoice: bool) -> None:
    for number in numbers:
        link.james.debtor(str(number))
        if with_invoice:
            link.james.invoice(FIRST + number, str(number))


def limited_to(link: SmallLink, calls: int) -> None:
    link.world.limits.calls_per_day = link.day_limit = calls


def night_of_tasks(link: SmallLink) -> list[str]:
    """One night as Airflow walks it: a task that stops for the day leaves the later ones to begin.

    Returns the sentences of what stopped.
    """
    link.nights += 1
    run = night.open_run(link.ledger, link.practice.code, f"limited {link.nights}", BOOK_DAY)
    tonight, stopped = link.night_of(run), []
    night.make_ready(tonight)
    night.extract(tonight, link.james_reader, (link.practice.link_date, BOOK_DAY))
    for batch in [*night.plan_debtors(tonight), *night.plan_entries(tonight), *night.other_debtors(tonight)]:
        try:
            night.load(tonight, batch)
        except DayIsFull as full:
            stopped.append(str(full))
    with suppress(DayIsFull):
        night.reconcile(tonight, link.james_reader, (link.practice.link_date, BOOK_DAY))
        night.report(tonight)
    return stopped


def posts(link: SmallLink, since: int = 0) -> list[int]:
    """The statuses of the entries that were sent."""
    calls = list(link.world.log)[since:]
    return [call.status for call in calls if call.endpoint == ENTRIES and call.method == "POST"]


def of_kind(link: SmallLink, prefix: str, state: str) -> int:
    return sum(key.startswith(prefix) and now == state for key, now in link.states().items())


def test_the_first_night_books_invoices_though_its_debtors_are_more_than_a_day(link: SmallLink) -> None:
    """80 patients cost two calls each and one for the invoice; a day has 100."""
    patients(link, range(1001, 1081), with_invoice=True)
    limited_to(link, 100)
    stopped = night_of_tasks(link)
    assert "voor boekingen en controle" in stopped[0]
    booked = of_kind(link, "factuur", "booked")
    assert booked >= 15
    assert of_kind(link, "debiteur", "booked") == booked, "each call made a debtor or booked his invoice"
    assert link.ledger.conn.execute("select numbers is not null as compared from run").fetchone()["compared"]
    for _ in range(6):
        link.pass_by(DAY_SECONDS)
        night_of_tasks(link)
    assert set(link.states().values()) == {"booked"}
    assert len(link.entries(FIRST + 1080)) == 1


def test_debtors_that_nobody_waits_for_come_after_the_invoices(link: SmallLink) -> None:
    patients(link, range(1001, 1061), with_invoice=False)
    patients(link, range(1061, 1071), with_invoice=True)
    limited_to(link, 100)
    night_of_tasks(link)
    assert of_kind(link, "factuur", "booked") == 10
    others = of_kind(link, "debiteur", "booked") - 10
    assert 0 < others < 60, "what was left of the day went to the others"
    for _ in range(3):
        link.pass_by(DAY_SECONDS)
        night_of_tasks(link)
    assert set(link.states().values()) == {"booked"}


def test_changes_of_cards_come_after_the_invoices(link: SmallLink) -> None:
    patients(link, range(1001, 1003), with_invoice=True)
    link.night()
    link.james.conn.execute("update james.debiteur set plaats = 'Assen'")
    link.james.invoice(2600001, "1001")
    before = len(link.world.log)
    link.night()
    writes = [call.endpoint for call in list(link.world.log)[before:] if call.method != "GET"]
    assert writes[0] == ENTRIES
    assert set(writes[1:]) == {"crm/Accounts"}


@pytest.mark.parametrize("is_purged", [False, True], ids=["as sent", "purged"])
def test_an_invoice_waits_for_a_debtor_with_a_new_last_name(link: SmallLink, is_purged: bool) -> None:
    """FR-F5: he may be somebody else, also on a day that has no calls left to find out, and when
    what was sent of him was purged (B7).
    """
    patients(link, range(1001, 1002), with_invoice=True)
    link.night()
    if is_purged:
        purge_after(link, 15)
    link.james.rename("1001", "Pietersen")
    link.james.invoice(2600001, "1001")
    tonight = link.opened()
    night.extract(tonight, link.james_reader, (link.practice.link_date, BOOK_DAY))
    (debtors,), (entries,) = night.plan_debtors(tonight), night.plan_entries(tonight)
    assert debtors.turn == Turn.FIRST
    night.load(tonight, entries)
    assert (link.states()["factuur:2600001"], link.reasons()["factuur:2600001"]) == (
        "held",
        "debtor_not_booked",
    )
    night.load(tonight, debtors)
    night.load(tonight, entries)
    assert link.states()["factuur:2600001"] == "booked"

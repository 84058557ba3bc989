"""Would it work now? What is said of a record is what the next night does; nothing is written."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import closing

import pytest

from exact_online.failures import NotReady
from exact_online.ledger import Ledger
from exact_online.night.would_it_work import Judgement, Trial, Verdict, would_it_work
from tests.ledger_contents import contents
from tests.link.fixtures import link, small_place
from tests.link.small import BOOK_DAY, SmallLink
from tests.load.test_retries import row

__all__ = ["link", "small_place"]

KEY = "factuur:2600001"


def judge(link: SmallLink, key: str = KEY) -> Judgement:
    """Ask, and see that neither Exact nor the ledger has anything else than before."""
    ledger: Ledger = link.ledger
    practice = ledger.practices.get(link.practice.code)
    settings = ledger.practices.settings(practice)
    before, writes, calls = contents(ledger.conn), link.writes(), len(link.world.log)
    with closing(link.new_ledger().conn) as conn:
        trial = Trial(ledger, Ledger(conn), link.client(ledger), practice, settings, link.clock, BOOK_DAY)
        started = time.perf_counter()
        judged = would_it_work(trial, link.james_reader, key)
        assert time.perf_counter() - started < 2
    assert contents(ledger.conn) == before
    assert link.writes() == writes
    assert len(link.world.log) - calls <= 12
    return judged


def block_account(link: SmallLink, *, blocked: bool = True) -> None:
    row("GLAccounts", "8010", IsBlocked=blocked)(link)


def unknown_rate(link: SmallLink) -> Callable[[], None]:
    link.james.invoice(2600001, "1001", (1000, 7, "tariff"))
    return lambda: link.james.correct(2600001, (1000, 0, "tariff"))


def blocked_account(link: SmallLink) -> Callable[[], None]:
    link.james.invoice(2600001, "1001", (1000, 0, "tariff"))
    block_account(link)
    return lambda: block_account(link, blocked=False)


@pytest.mark.parametrize("plant", [unknown_rate, blocked_account])
def test_it_says_what_the_night_then_does(
    link: SmallLink, plant: Callable[[SmallLink], Callable[[], None]]
) -> None:
    """As it is: rejected for the same reason. Once cured: it would work, and the night books it."""
    link.james.debtor("1001")
    cure = plant(link)
    link.night()
    reason = link.reasons()[KEY]
    judged = judge(link)
    assert judged.item is not None
    assert (judged.verdict, judged.item.reason) == (Verdict.REJECTED, reason)
    cure()
    assert judge(link).verdict is Verdict.WORKS
    link.night()
    assert link.states()[KEY] == "booked"
    assert judge(link).verdict is Verdict.SETTLED


def test_what_exact_rejected_works_once_something_that_it_depended_on_changed(link: SmallLink) -> None:
    body = json.dumps({"error": {"message": {"value": "Dit gaat niet"}}})
    link.world.faults.add(
        "status", endpoint="salesentry/SalesEntries", method="POST", times=1, status=400, body=body
    )
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001")
    link.night()
    assert judge(link).verdict is Verdict.UNCHANGED
    link.setting(stop_at_other_number=True)
    assert judge(link).verdict is Verdict.WORKS


def test_an_invoice_is_judged_with_its_debtor(link: SmallLink) -> None:
    """It waits for a debtor without a name; once he has one, both would go."""
    link.james.debtor("1001", name="")
    link.james.conn.execute("update james.debiteur set naam = null, achternaam = null")
    link.james.invoice(2600001, "1001")
    link.night()
    judged = judge(link)
    assert judged.item is not None
    assert (judged.verdict, judged.item.reason) == (Verdict.WAITS, "debtor_not_booked")
    assert judge(link, "debiteur:1001").verdict is Verdict.REJECTED
    link.james.rename("1001", "Jansen")
    assert judge(link).verdict is Verdict.WORKS
    assert judge(link, "debiteur:1001").verdict is Verdict.WORKS


def test_an_invoice_that_is_gone_and_one_that_never_was(link: SmallLink) -> None:
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001", (1000, 7, "tariff"))
    link.night()
    link.james.remove(2600001)
    assert judge(link).verdict is Verdict.GONE
    with pytest.raises(NotReady, match="no record"):
        judge(link, "factuur:99")


def test_a_debtor_is_judged_with_those_whose_numbers_are_alike(link: SmallLink) -> None:
    link.james.debtor("123")
    link.james.debtor("00123")
    link.night()
    assert judge(link, "debiteur:123").verdict is Verdict.REJECTED
    link.james.conn.execute("delete from james.debiteur where debiteurnummer = '00123'")
    assert judge(link, "debiteur:123").verdict is Verdict.WORKS

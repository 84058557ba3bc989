"""Links of accountants and consents under way go thirty days after they ended (B7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing

import pytest

from exact_online.activation.links import Limit, is_within
from exact_online.ledger import Ledger, LedgerClock, connect
from exact_online.ledger.activation import ConsentRequest
from exact_online.purge import purge
from tests.ledger_cases import PRACTICE, register


@pytest.fixture
def ledger(ledger_dsn: str) -> Iterator[Ledger]:
    with closing(connect(ledger_dsn)) as conn:
        yield Ledger(conn)


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_what_ended_goes_after_its_term(ledger: Ledger, days: int, left: int) -> None:
    register(ledger)
    valid = dt.timedelta(minutes=10)
    link = ledger.activation.make_link(PRACTICE, "A. Boekhouder", "a@kantoor.example", "support", valid)
    for request in (
        ConsentRequest("link", PRACTICE, "1", None, "op", framed=False),
        ConsentRequest("link", PRACTICE, None, link, "A. Boekhouder", framed=False),
        ConsentRequest("stop", None, None, None, "Exact user", framed=False),
    ):
        ledger.activation.open_request(request, f"{request}", "browser", valid)
    is_within(ledger, "link", link, Limit(1, valid))
    ledger.activation.note_privacy_consent(PRACTICE, "op", "what was read")
    for table, column in (
        ("activation_link", "expires_at"),
        ("consent_request", "expires_at"),
        ("request_count", "counted_from"),
    ):
        ended = f"update exact_sync.{table} set {column} = now() - interval '{days} days'"  # noqa: S608
        ledger.conn.execute(ended)
    purge(ledger, LedgerClock(ledger.session))
    assert len(ledger.activation.links(PRACTICE)) == left
    requests = ledger.conn.execute("select 1 from exact_sync.consent_request").fetchall()
    counts = ledger.conn.execute("select 1 from exact_sync.request_count").fetchall()
    assert (len(requests), len(counts)) == (3 * left, left)
    assert len(ledger.conn.execute("select 1 from exact_sync.privacy_consent").fetchall()) == 1

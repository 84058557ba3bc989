"""The mirror of our journals' lines, whatever order and however often Exact gives them."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from exact_online.api import entries_mirror
from exact_online.api.client import ExactClient
from exact_online.api.entries_mirror import Journals
from exact_online.api.stores import EntryChanges
from exact_online.failures import LockLost
from exact_online.ledger import Connection, Ledger, connect
from exact_online.ledger.mirrors import Mirrors
from exact_online.ledger.session import Session
from tests.api.conftest import DIVISION
from tests.api.fake_server import FakeServer, Reply
from tests.api.test_lists import practice

__all__ = ["practice"]

BASE = f"/api/v1/{DIVISION}"
ENTRY = "11111111-0000-4000-8000-00000000000e"
ONE, TWO = "11111111-0000-4000-8000-000000000001", "22222222-0000-4000-8000-000000000002"
JOURNALS = Journals(("70", "90"), dt.date(2026, 1, 1), (2026,))


def line(line_id: str, cents: int, version: int = 1, **other: Any) -> dict[str, Any]:
    plain = {
        "ID": line_id, "EntryID": ENTRY, "EntryNumber": 7, "JournalCode": "90", "FinancialYear": 2026,
        "FinancialPeriod": 3, "Date": "/Date(1772409600000)/", "LineNumber": 1, "Type": 90,
        "GLAccount": ONE, "GLAccountCode": "8000", "AmountDC": cents / 100, "Account": None, "VATCode": None,
        "YourRef": None, "Description": "7", "Timestamp": str(version),
    }  # fmt: skip
    return {**plain, **other}


def mirrored(
    server: FakeServer, client: ExactClient, ledger: Connection, *lines: dict[str, Any]
) -> dict[str, int]:
    """What the ledger has after these lines came, by sync."""
    server.on("GET", f"{BASE}/read/sync/Sync/SyncTimestamp", Reply(body={"d": {"TimeStampAsBigInt": "0"}}))
    server.on("GET", f"{BASE}/sync/Financial/TransactionLines", Reply(body={"d": list(lines)}))
    server.on("GET", f"{BASE}/sync/Deleted", Reply(body={"d": []}))
    entries_mirror.refresh(client, Ledger(ledger).mirrors, "aa", JOURNALS)
    return {
        str(row["line_id"]): row["cents"]
        for row in ledger.execute("select line_id, cents from exact_line").fetchall()
    }


@pytest.mark.parametrize("turned", [False, True], ids=["in order", "newest first"])
def test_a_line_that_comes_twice_stands_as_it_was_last(
    server: FakeServer, client: ExactClient, ledger: Connection, practice: str, turned: bool
) -> None:
    """FR-H16: a page that repeats a line stopped the mirror."""
    lines = [line(ONE, 100, 5), line(TWO, 50, 6), line(ONE, 200, 7)]
    assert mirrored(server, client, ledger, *(reversed(lines) if turned else lines)) == {ONE: 200, TWO: 50}
    assert Ledger(ledger).mirrors.entry_cursors("aa") == {"lines 70 90": 7, "deleted_lines": 0}


def test_a_line_that_comes_twice_by_a_full_read_stands_once(
    server: FakeServer, client: ExactClient, ledger: Connection, practice: str
) -> None:
    """It moved to another year between two reads."""
    server.on(
        "GET",
        f"{BASE}/bulk/Financial/TransactionLines",
        Reply(body={"d": [line(ONE, 100)]}),
        Reply(body={"d": [line(ONE, 100, FinancialYear=2027), line(TWO, 50)]}),
    )
    both = Journals(JOURNALS.codes, JOURNALS.first_day, (2026, 2027))
    entries_mirror.reload(client, Ledger(ledger).mirrors, "aa", both)
    rows = ledger.execute("select financial_year from exact_line order by line_id").fetchall()
    assert [row["financial_year"] for row in rows] == [2027, 2026]


@pytest.mark.parametrize(
    "header",
    [
        {"AmountDC": 0},
        {"AmountDC": "0.00", "LineNumber": "0", "Type": "90"},
        {"AmountDC": 12.0, "GLAccount": None, "GLAccountCode": None, "Date": None},
    ],
    ids=["of nothing", "numbers as text", "without an account"],
)
def test_line_0_of_a_general_journal_entry_books_nothing(
    server: FakeServer, client: ExactClient, ledger: Connection, practice: str, header: dict[str, Any]
) -> None:
    line_0 = line(TWO, 0, **{"LineNumber": 0, **header})
    assert mirrored(server, client, ledger, line_0, line(ONE, 100)) == {ONE: 100}


def test_line_0_of_a_sales_entry_is_its_debtors(
    server: FakeServer, client: ExactClient, ledger: Connection, practice: str
) -> None:
    debtors = line(TWO, 0, LineNumber=0, Type=20, JournalCode="70")
    assert mirrored(server, client, ledger, debtors) == {TWO: 0}


# --- two who read at once ---


class StallingMirrors(Mirrors):
    """Stands still between reading and keeping, while somebody else reads too."""

    def __init__(self, session: Session, meanwhile: threading.Thread) -> None:
        super().__init__(session)
        self._meanwhile = meanwhile

    def save_entries(self, practice: str, changes: EntryChanges) -> None:
        self._meanwhile.start()
        self._meanwhile.join(1)
        super().save_entries(practice, changes)


def kept_by_two(
    client: ExactClient, ledger_dsn: str, first: Callable[..., None], then: Callable[..., None]
) -> dict[str, int]:
    """What the mirror has when `first` has read, then `then` reads and keeps, and `first` keeps."""
    with closing(connect(ledger_dsn)) as one, closing(connect(ledger_dsn)) as two:
        other = threading.Thread(target=then, args=(client, Ledger(two).mirrors, "aa", JOURNALS))
        first(client, StallingMirrors(Session(one), other), "aa", JOURNALS)
        other.join(30)
        assert not other.is_alive()
        return {
            str(row["line_id"]): row["cents"]
            for row in one.execute("select line_id, cents from exact_line").fetchall()
        }


def test_who_reads_at_once_puts_no_older_state_back(
    server: FakeServer, client: ExactClient, ledger_dsn: str, practice: str
) -> None:
    """*Nu controleren* beside a night: the cursor is past the line, so it is not read again."""
    server.on("GET", f"{BASE}/read/sync/Sync/SyncTimestamp", Reply(body={"d": {"TimeStampAsBigInt": "0"}}))
    server.on(
        "GET",
        f"{BASE}/sync/Financial/TransactionLines",
        Reply(body={"d": [line(ONE, 100, 5)]}),
        Reply(body={"d": [line(ONE, 200, 8)]}),
    )
    server.on("GET", f"{BASE}/sync/Deleted", Reply(body={"d": []}))
    assert kept_by_two(client, ledger_dsn, entries_mirror.refresh, entries_mirror.refresh) == {ONE: 200}


def test_a_full_read_forgets_no_line_that_another_read_meanwhile(
    server: FakeServer, client: ExactClient, ledger_dsn: str, practice: str
) -> None:
    server.on("GET", f"{BASE}/bulk/Financial/TransactionLines", Reply(body={"d": [line(ONE, 100)]}))
    server.on("GET", f"{BASE}/read/sync/Sync/SyncTimestamp", Reply(body={"d": {"TimeStampAsBigInt": "0"}}))
    server.on("GET", f"{BASE}/sync/Financial/TransactionLines", Reply(body={"d": [line(TWO, 50, 9)]}))
    server.on("GET", f"{BASE}/sync/Deleted", Reply(body={"d": []}))
    found = kept_by_two(client, ledger_dsn, entries_mirror.reload, entries_mirror.refresh)
    assert found == {ONE: 100, TWO: 50}


def test_who_waits_too_long_for_the_mirror_gives_way(ledger_dsn: str, practice: str) -> None:
    with closing(connect(ledger_dsn)) as one, closing(connect(ledger_dsn)) as two:
        waiting = Ledger(two)
        waiting.session.journal_patience_seconds = 0.05
        with Ledger(one).mirrors.reading("aa"):
            with pytest.raises(LockLost, match="reads the journals"), waiting.mirrors.reading("aa"):
                pass
            with waiting.mirrors.reading("bb"):
                pass
        with waiting.mirrors.reading("aa"):
            pass

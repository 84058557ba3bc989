"""Every page that a link leads to can be shown, over ledgers that are made up at random.

A person starts at the list of practices and follows every link. The ledgers hold what the tests of
single pages do not think of: records in all states and of all causes, practices without settings,
nights that did not come, versions whose originals are not there.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import closing
from html import unescape

import psycopg
import pytest
from fastapi.testclient import TestClient
from psycopg.types.json import Jsonb

from exact_online.ledger import connect
from exact_online.ledger.ledger import Ledger
from exact_online.migrations import migrate
from tests.night_numbers import night_numbers
from tests.test_migrations import empty_dsn
from tests.test_open_items_migration import made_up
from tests.web.conftest import read_by_pages

__all__ = ["empty_dsn"]

LINK = re.compile(r'<a[^>]* href="([^"#]+)')
ALIKE = 5
"""So many addresses are followed that differ in names and numbers alone."""
ANSWERS = {200, 303, 404, 409, 503}
"""404: it is no longer there; 409 and 503: there is no Airflow, no James and no Exact here, or the
practice has no settings. The page says so in a sentence."""
OLDER_INVOICES = """
set session_replication_role = replica;
update practice set
    backfill = (array['nothing', 'import', 'excel'])[1 + abs(hashtext(code)) % 3],
    link_date = case when code < 'practice_4' then current_date + 1 else link_date end;
update booking set state = 'rejected', reason = 'no_lines', reason_values = '{}'
where practice = 'practice_2' and state <> 'booked' and kind <> 'debtor';
"""
"""Of some practices all invoices are older ones, and of one of these nothing is left to send."""
WHOLE_NUMBERS = "update run set numbers = %s::jsonb || numbers where numbers is not null"


@pytest.fixture(params=[0.1, 0.2])
def ledger(
    empty_dsn: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Ledger]:
    dsn = made_up(empty_dsn, request.param)
    migrate(empty_dsn)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(OLDER_INVOICES)
        connection.execute(WHOLE_NUMBERS, [Jsonb(night_numbers().to_json())])
    with read_by_pages(dsn, monkeypatch), closing(connect(dsn)) as conn:
        yield Ledger(conn)


def test_every_link_leads_to_a_page(client: TestClient, sign_in: Callable[[str], None]) -> None:
    sign_in("admin")
    waiting, seen, alike, wrong = deque(["/"]), {"/"}, Counter[str](), {}
    while waiting:
        address = waiting.popleft()
        answer = client.get(address)
        if answer.status_code not in ANSWERS:
            wrong[address] = answer.status_code
        for found in map(unescape, LINK.findall(answer.text)):
            pattern = pattern_of(found)
            if found.startswith("/") and found not in seen and alike[pattern] < ALIKE:
                alike[pattern] += 1
                seen.add(found)
                waiting.append(found)
    assert wrong == {}
    assert len(alike) > 40, sorted(alike)


def pattern_of(address: str) -> str:
    """The address with a star for each number and id, and for what is asked in a search."""
    return re.sub(r"(?<==)[^&]+|\d+|[0-9a-f-]{32,}", "*", address)

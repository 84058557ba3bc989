"""Two invoices that were handed over in one workbook, beside an Exact that Airflow's connection
reaches: for tests of what people do with such a file.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from simulator import running
from tests.link.small import KEY, Place, SmallLink, seeded_world
from tests.night.test_hand_over import BEFORE_LINK


@contextmanager
def handed_over(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallLink]:
    """Give the link after the hand-over; its Exact runs for the length of the block."""
    world = seeded_world()
    world.clock.set(dt.datetime.now(dt.UTC))
    world.clock.run()
    with running(world) as url:
        link = SmallLink(place, world=world, url=url)
        link.james.debtor("1001")
        for number in (2600001, 2600002):
            link.james.invoice(number, "1001", day=BEFORE_LINK)
        assert link.night(backfill="excel").items == []
        app = {"login": world.app.client_id, "password": world.app.client_secret}
        exact = {"conn_type": "exact_online", "host": url, **app, "extra": {"token_keys": KEY.decode()}}
        monkeypatch.setenv("AIRFLOW_CONN_EXACT_ONLINE", json.dumps(exact))
        yield link
        link.die()

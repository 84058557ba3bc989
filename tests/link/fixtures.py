"""Fixtures of the small link, for whoever imports them in a conftest."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from dev.local.postgres import Server
from tests.conftest import WORKER
from tests.link.places import place_on
from tests.link.remembered import remembered_transform
from tests.link.small import Place, SmallLink

_places = itertools.count(1)


@pytest.fixture(scope="session")
def small_place(postgres: Server, ledger_template: str) -> Iterator[Place]:
    """The two databases of this worker's small links; each folder that imports this has its own."""
    database = f"small_{WORKER}_{next(_places)}"
    with place_on(postgres, database, ledger_template) as place, remembered_transform():
        yield place


@pytest.fixture
def link(small_place: Place) -> Iterator[SmallLink]:
    """A small link with an empty James."""
    small = SmallLink(small_place)
    yield small
    small.die()

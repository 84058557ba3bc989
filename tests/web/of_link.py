"""The ledger of a small link as the one that the pages read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from exact_online.ledger import Ledger
from tests.link.small import SmallLink
from tests.web.conftest import read_by_pages


@pytest.fixture
def ledger(link: SmallLink, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """The ledger of that link, for the pages too."""
    with read_by_pages(link.place.ledger_dsn.partition("?")[0], monkeypatch):
        yield link.ledger

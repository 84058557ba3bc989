"""One month, walked once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cures.walk import patched
from tests.link.fixtures import small_place
from tests.link.small import Place
from tests.month.month import Month, MonthLink

__all__ = ["small_place"]


@pytest.fixture
def month(
    small_place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Iterator[Month]:
    """A practice in which nothing has happened yet."""
    link = MonthLink(small_place)
    patched(monkeypatch, link)
    yield Month(link, caplog)
    link.die()

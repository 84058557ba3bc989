"""A small link whose tasks are walked as Airflow would walk them."""

from __future__ import annotations

import pytest

from tests.cures.walk import Walk, patched
from tests.link.fixtures import link, small_place
from tests.link.small import SmallLink

__all__ = ["link", "small_place"]


@pytest.fixture
def walk(link: SmallLink, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Walk:
    """The tasks of one run of the small link's practice."""
    patched(monkeypatch, link)
    return Walk(link, caplog)

"""A run that could not read James accuses nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from exact_online.failures import ContractBroken
from exact_online.night import steps as night
from exact_online.tasks import night_tasks
from tests.link.small import BOOK_DAY, SmallLink

NUMBER = 2600001


def test_what_was_not_read_is_not_compared(link: SmallLink, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed extract once was said to differ by all that James has."""
    link.james.debtor("1001")
    link.james.invoice(NUMBER, "1001")
    link.night()
    tonight = link.opened()

    def broken(*_: Any, **__: Any) -> None:
        raise ContractBroken("a column is missing")

    monkeypatch.setattr(night, "stage_changed_debtors", broken)
    with pytest.raises(ContractBroken):
        night.extract(tonight, link.james_reader, (link.practice.link_date, BOOK_DAY))
    assert link.ledger.runs.james_totals(tonight.run.run_id) is None

    @contextmanager
    def opened(*_: Any) -> Iterator[night.Night]:
        yield tonight

    monkeypatch.setattr(night_tasks, "opened_night", opened)
    monkeypatch.setattr(night_tasks, "james_session", lambda: nullcontext(link.james_reader))
    with pytest.raises(AirflowSkipException, match="James is in deze run niet gelezen"):
        night_tasks.reconcile(link.practice.code, SimpleNamespace())
    numbers, items = night.report(tonight)
    assert (numbers, items) == (None, [])

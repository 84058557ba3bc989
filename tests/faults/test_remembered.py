"""Nights of small links meet what the transform has answered before."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from exact_online.night import steps
from exact_online.transform.invoices import transform_invoices
from tests.link.remembered import remembered_invoices
from tests.link.small import Place, SmallLink


def test_another_link_with_the_same_invoices_transforms_nothing(
    small_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worlds have the same ids, and the moment at which James changed a row is no matter."""
    asked: list[pd.DataFrame] = []

    def transformed(invoices: pd.DataFrame, *rest: object) -> object:
        asked.append(invoices)
        return transform_invoices(invoices, *rest)  # type: ignore[arg-type]

    answered = remembered_invoices(transformed)  # type: ignore[arg-type]
    monkeypatch.setattr(steps, "transform_invoices", answered)
    for _ in range(5):
        link = SmallLink(small_place)
        link.james.debtor("1001")
        link.james.invoice(2600001, "1001")
        link.night()
        (row,) = link.ledger.conn.execute("select source_changed_at from booking where kind = 'sales_entry'")
        (moment,) = link.james.conn.execute("select gewijzigd_op from james.factuur").fetchone() or ()
        assert dt.datetime.fromisoformat(str(row["source_changed_at"])) == moment, (
            "the moment is that of this link's James"
        )
        link.die()
    assert len(asked) <= 2

"""The transform, remembered: thousands of nights in these tests transform the same few rows."""

from __future__ import annotations

import functools
import hashlib
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import pandas as pd
import pytest

from exact_online.night import steps
from exact_online.transform.plans import InvoicePlans

P = ParamSpec("P")
R = TypeVar("R")
ANSWERS = 4096
"""How many are kept: some 10 KB each."""


def remembered(function: Callable[P, R]) -> Callable[P, R]:
    """Answer equal arguments from memory, each time with objects of its own.

    For a function without input and output, whose answer depends on its arguments alone; that the
    transform is one is what tests/transform/test_properties.py shows.
    """
    answers: dict[bytes, bytes] = {}

    @functools.wraps(function)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        key = hashlib.blake2b(pickle.dumps((args, kwargs))).digest()
        if key not in answers:
            result = function(*args, **kwargs)
            if len(answers) < ANSWERS:
                answers[key] = pickle.dumps(result)
            return result
        known: R = pickle.loads(answers[key])
        return known

    return answer


def remembered_invoices(function: Callable[P, InvoicePlans]) -> Callable[P, InvoicePlans]:
    """Answer from memory where `changed_at` alone differs, which goes through as it is.

    James' database sets it, so no two nights of these tests have the same. The tests of the
    transform show that it is in the plans of its invoice, and nowhere else.
    """
    known = remembered(function)

    @functools.wraps(function)
    def answer(invoices: pd.DataFrame, *args: Any) -> InvoicePlans:
        plans = known(invoices.assign(changed_at=invoices["invoice_key"]), *args)
        changed = dict(zip(invoices["invoice_key"], invoices["changed_at"], strict=True))
        for rows in (plans.bookings, plans.rejections):
            rows["source_changed_at"] = rows["source_changed_at"].map(changed).astype("str")
        return plans

    return answer


@contextmanager
def remembered_transform() -> Iterator[None]:
    """Nights of this process transform what they met before from memory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "transform_debtors", remembered(steps.transform_debtors))
        patch.setattr(steps, "transform_invoices", remembered_invoices(steps.transform_invoices))
        yield

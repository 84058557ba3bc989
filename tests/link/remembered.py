"""The transform, remembered: thousands of nights in these tests transform the same few rows."""

from __future__ import annotations

import functools
import hashlib
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import pytest

from exact_online.night import steps

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


@contextmanager
def remembered_transform() -> Iterator[None]:
    """Nights of this process transform what they met before from memory."""
    functions: dict[str, Any] = {
        "transform_debtors": steps.transform_debtors,
        "transform_invoices": steps.transform_invoices,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, function in functions.items():
            patch.setattr(steps, name, remembered(function))
        yield

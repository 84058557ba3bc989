"""What an answer of Exact stops: the failures that it means. Pure."""

from __future__ import annotations

import datetime as dt
from typing import Any

from exact_online.api import odata
from exact_online.api.answers import Answer, AnswerKind
from exact_online.api.odata import Row
from exact_online.api.transport import Call
from exact_online.failures import (
    AccessDenied,
    ExactUnreachable,
    NotServed,
    ProtocolFailure,
    QueryRejected,
    WaitForWindow,
)
from exact_online.stops import Stop

FULL = frozenset({AnswerKind.MINUTE_FULL, AnswerKind.DAY_FULL, AnswerKind.BLOCKED})
"""Exact takes no calls for a while."""


def check_executable(call: Call, answer: Answer, division: int | None, now: dt.datetime) -> None:
    """Raise what stops the practice and was not executed: a right, a limit, no network."""
    if answer.kind is AnswerKind.CONFIGURATION:
        values = {"call": f"{call.method} {call.endpoint}", "division": division, "cause": answer.cause}
        if answer.status == 404:
            raise NotServed(Stop.NOT_SERVED, **values)
        raise AccessDenied(Stop.ACCESS_DENIED, **values)
    place = f"{call.method} {call.endpoint} in division {division}"
    if answer.kind is AnswerKind.NEVER_SENT:
        raise ExactUnreachable(f"{place}: Exact can't be reached ({answer.cause}); nothing was sent.")
    if answer.kind in FULL:
        values = {"call": f"{call.method} {call.endpoint}", "cause": answer.cause}
        raise WaitForWindow(Stop.NO_CALLS_NOW, now + dt.timedelta(minutes=1), **values)


def check_read(call: Call, answer: Answer) -> None:
    """Raise what is no answer to a question: unreadable, another server's, or a rejected query."""
    if answer.kind is AnswerKind.DOUBTFUL:
        raise ExactUnreachable(
            f"{call.endpoint}: no readable answer of Exact ({answer.cause}); the next run tries again."
        )
    if answer.kind is AnswerKind.PROTOCOL:
        raise ProtocolFailure(
            f"{call.endpoint}: what answers is not Exact's API ({answer.cause}); "
            "check the connection's base URL."
        )
    if answer.kind in (AnswerKind.REJECTED, AnswerKind.IN_USE):
        raise QueryRejected(f"{call.endpoint}: Exact rejects the query ({answer.cause}).", answer.message)


def rows_of(path: str, page: Any) -> list[Row]:
    """Return the rows of a page. Raise ProtocolFailure when it is none."""
    try:
        return odata.rows(page)
    except ValueError as error:
        raise ProtocolFailure(f"{path}: {error}; check the connection's base URL.") from error

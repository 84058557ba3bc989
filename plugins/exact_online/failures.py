"""Technical failures: one tree, split by what the caller can do next.

    LinkFailure
    |- NotReady               a setting, a right or a list is wrong: a person must act, no retry
    |  |- ContractBroken      James' columns differ from the read contract
    |  |- ReconnectNeeded     the token chain is dead: somebody must authenticate again
    |  |- AppScopeMissing     our app lacks a scope at Exact: nobody asks until a person says so
    |  `- AccessDenied        Exact says 403 / 404: rights, licence or division
    |     `- NotServed        404: this server does not know the resource or division
    |- Unreachable            James, the ledger or Exact can't be reached: retried, bounded
    |  |- ExactUnreachable    of these it is Exact: for all practices at once
    |  |- JamesUnreachable    of these it is James: likewise
    |  |- StoreUnavailable    a store of api/stores.py can't be read or written: no call is made
    |  `- ListChanged         rows came or went while a list was read: read it again
    |- WaitForWindow          Exact's minute window is full: come back at `until`
    |- DayIsFull              a day limit of Exact is reached:
    |  |                      the run ends unfinished, the next goes on
    |  `- ErrorLimit          an endpoint had too many errors: it is left alone until `until`
    |- ProtocolFailure        no answer of Exact's API (a login page, a redirect, another host)
    |  `- QueryRejected       Exact rejects a query with its words (400, 500)
    |- LedgerFailure          a statement of the ledger failed:
                              what Exact did before it stays unknown
    |- JamesFailure           a statement of James failed
    `- LockLost               another worker holds the practice, or our session is gone:
                              stop before the next POST

    NeedsPerson               a task that waits for a person and has said so in its log: for Airflow

A rejection of *content* is not a failure: it is a value (see reasons.py) that travels with its
record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Self

from exact_online.reasons import explain, problem_text

Problem = tuple[str, Mapping[str, object]]
"""The code of a `Stop` or a `Reason`, and its values; or a text of its own, without values."""


class LinkFailure(Exception):
    """Root of all technical failures.

    The message is one sentence for support: what is wrong, and what cures it.
    """


class NamedFailure(LinkFailure):
    """A failure that the catalogue names: by a code and its values, or by several of them.

    Its message has for each the Dutch sentence and who cures it where. Only what a person meets on
    a command line (an act, a migration) has a text of its own in the place of a code.
    """

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code, values)
        self.problems: tuple[Problem, ...] = ((code, values),)

    @classmethod
    def of(cls, problems: Sequence[Problem]) -> Self:
        """Return the failure that several problems are; there must be one at least."""
        failure = cls(problems[0][0], **problems[0][1])
        failure.problems = tuple(problems)
        return failure

    def __str__(self) -> str:
        return " ".join(problem_text(code, values) for code, values in self.problems)


class NotReady(NamedFailure):
    """A person must act first; a retry can't help."""


class ContractBroken(NotReady):
    """A result of James does not have the columns its statement file promises."""


class ReconnectNeeded(NotReady):
    """The Exact user must give consent again."""


class AppScopeMissing(NotReady):
    """The registration of our app lacks a scope: of the app, not of a practice or its user."""


class AccessDenied(NotReady):
    """Exact denies the user access, or does not know the resource or division."""


class NotServed(AccessDenied):
    """404 for a resource or a division: this server does not know it."""


class Unreachable(LinkFailure):
    """Nothing was done; the same act may be tried again later."""


class ExactUnreachable(Unreachable):
    """Exact can't be reached, or gives no readable answer."""


class JamesUnreachable(Unreachable):
    """James' database can't be reached."""


class StoreUnavailable(Unreachable):
    """A store of api/stores.py or api/token_store.py can't be read or written at the moment."""


class ListChanged(Unreachable):
    """Rows came or went while a list was read: it must be read again."""


class WaitForWindow(LinkFailure):
    """Exact must be left alone for a moment, mostly since its minute window is used up.

    `code` is a `Stop` with the Dutch sentence that says why; nobody has to do anything.
    """

    def __init__(self, code: str, until: dt.datetime, /, **values: object) -> None:
        super().__init__(explain(code, values))
        self.problem: Problem = (code, values)
        self.until = until
        """Aware time at which the window opens again."""


class DayIsFull(NamedFailure):
    """No calls are left for now, of the division's day or of its token chain's."""


class ErrorLimit(DayIsFull):
    """An endpoint had so many errors this hour that Exact would block it."""

    def __init__(self, code: str, until: dt.datetime, /, **values: object) -> None:
        super().__init__(code, **values)
        self.until = until
        """Aware time at which Exact has forgotten them."""


class ProtocolFailure(LinkFailure):
    """What answered is not Exact's API."""


class QueryRejected(ProtocolFailure):
    """Exact rejects a query (400 or 500 with its words): it is wrong,
    or this server does not take it.
    """

    def __init__(self, message: str, words: str = "") -> None:
        super().__init__(message)
        self.words = words
        """Exact's own, whole. They may name people: for `Review.without_names`, not for logs."""


class LedgerFailure(LinkFailure):
    """A statement of the ledger failed. Its message holds no value of a row (database_errors.py).

    Never an Unreachable: Exact may have executed the call before it, so nothing may be concluded.
    """


class JamesFailure(LinkFailure):
    """A statement of James failed. Its message holds no value of a row."""


class LockLost(LinkFailure):
    """This worker no longer holds the practice."""


class NeedsPerson(SystemExit):
    """Ends a task whose log says what is wrong, who cures it, and what to clear.

    Airflow logs the end of a task that exits in one line, and any other exception with a stack
    trace, which would hide those lines. The retry policy of schedule.py fails it without a retry.
    """

    def __init__(self) -> None:
        super().__init__(1)

"""What a client needs for each call: a token, and a call that is left."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from typing import NoReturn, Protocol

from exact_online.api.answers import Answer


class Tokens(Protocol):
    """Where the access token comes from: `oauth.TokenChain`, or one just received."""

    def access_token(self) -> str:
        """Return a token that is good for a call now."""

    def token_after_401(self, denied: str) -> str:
        """Return the token to repeat a call with that was answered 401 with token `denied`."""

    def give_up(self, denied: str) -> NoReturn:
        """Let nobody use token `denied` again: a call and its repetition were answered 401.

        Raises ReconnectNeeded when a renewal came between the two; else WaitForWindow, until Exact
        gives another token.
        """

    def note_token_works(self) -> None:
        """Write down that Exact takes the token, if the one before it was denied."""

    def note_missing_scope(self, scope: str, level: str, division: int | None) -> None:
        """Write down that our app lacks a scope, for all who share it.

        Raises AppScopeMissing.
        """

    def note_scope_works(self, scope: str, level: str) -> None:
        """Write down that a call of a scope was allowed, if it was missing before."""

    def ask_again(self) -> None:
        """Let all ask again though a scope is missing: a person says that it was granted."""


class Budget(Protocol):
    """Who says that a call may be made: `budget.CallBudget`, or `budget.Unmetered`."""

    def take(self, endpoint: str) -> None:
        """Take one call before it is made. Raises WaitForWindow or DayIsFull."""

    def take_ahead(self, endpoint: str, calls: int) -> int:
        """Take up to `calls` calls at once, for the calls of `take` that follow.

        Returns how many may go out now: at least one. Raises as `take`.
        """

    def give_back(self) -> None:
        """Take back what `take_ahead` took and nobody made."""

    def note_answer(self, endpoint: str, answer: Answer, sent_at: dt.datetime) -> None:
        """Learn from an answer to a call sent at `sent_at`."""

    def leaving(self, calls: int) -> AbstractContextManager[None]:
        """Leave so many calls of the day to what comes later, within the block."""

    def ask_again(self) -> None:
        """Open a day that is full: a person asks for it, Exact may have lifted the limit."""

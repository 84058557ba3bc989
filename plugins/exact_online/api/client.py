"""Calls to one division of Exact Online, inside its limits and with a token that works.

What a caller can rely on:

* ``post``, ``put`` and ``delete`` return an `Answer`;
  **a failure they raise means that Exact did not execute it**.
* Reading returns rows, or raises: there is no half answer.
* What stops a practice is raised from `failures`: AccessDenied (403, 404, a 401 that a new token
  does not cure), ReconnectNeeded, WaitForWindow, DayIsFull, Unreachable, ProtocolFailure.
* In place, and bounded, repeated is only: what was never sent, what was answered 401 or 429,
  and reading.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4

import requests
import tenacity

from exact_online.api import addresses, odata, scopes, transport, xml_answers
from exact_online.api.answer_checks import FULL, check_executable, check_read, rows_of
from exact_online.api.answers import Answer, AnswerKind
from exact_online.api.interfaces import Budget, Tokens
from exact_online.api.odata import Row
from exact_online.api.retries import retrying
from exact_online.api.transport import Call
from exact_online.clock import Clock
from exact_online.crash_points import crash_point
from exact_online.failures import (
    ListChanged,
    NotServed,
    ProtocolFailure,
    Unreachable,
)
from exact_online.stops import Stop

log = logging.getLogger(__name__)

UPLOAD = "docs/XMLUpload"
UPLOAD_SECONDS = 170.0
"""How long an upload may take to be answered: within `transport.TOTAL_SECONDS`, and less than the
three minutes after which Exact ends one."""
MAX_ATTEMPTS = 4
MAX_PAGES = 10_000
_NOT_EXECUTED = FULL | {AnswerKind.NEVER_SENT}
_LEFT_ALONE = _NOT_EXECUTED | {AnswerKind.TOKEN, AnswerKind.CONFIGURATION}
"""Answers of an Exact that did not look at the record at all."""
_READ_AGAIN = _NOT_EXECUTED | {AnswerKind.DOUBTFUL}
_HEADERS = {"Accept": "application/json", "User-Agent": "exact-online-link"}
_WRITE_HEADERS = {**_HEADERS, "Content-Type": "application/json", "Prefer": "return=representation"}

_UPLOAD_HEADERS = {
    "Accept": "application/xml",
    "Content-Type": "application/xml; charset=utf-8",
    "User-Agent": "exact-online-link",
}


def _nothing() -> None:
    """The guard of a caller that has none."""


class ExactClient:
    """One division; `division` None is for ``current/Me`` alone. Serial: one call at a time."""

    def __init__(
        self,
        session: requests.Session,
        base_url: str,
        division: int | None,
        tokens: Tokens,
        budget: Budget,
        clock: Clock,
    ) -> None:
        self._session = session
        self._base_url = transport.checked_base_url(base_url)
        self.division = division
        self._tokens = tokens
        self._budget = budget
        self._clock = clock
        self._call_in_hand = False
        self._not_served: dict[str, NotServed] = {}
        self.writes_tried = 0
        """Writes that clients for dry runs of this one would have sent."""
        self.writes_taken = 0
        """Writes that Exact looked at: executed, rejected, or with an answer that was lost."""

    def for_division(self, division: int, budget: Budget | None = None) -> ExactClient:
        """Return a client of the same user at another division."""
        return ExactClient(
            self._session, self._base_url, division, self._tokens, budget or self._budget, self._clock
        )

    def with_budget(self, wrap: Callable[[Budget], Budget]) -> ExactClient:
        """Return a client of the same division whose calls another budget allows, made of ours."""
        return ExactClient(
            self._session, self._base_url, self.division, self._tokens, wrap(self._budget), self._clock
        )

    def for_dry_run(self) -> ExactClient:
        """Return a client of the same division that reads it and never writes (B3)."""
        dry = _DryRunClient(
            self._session, self._base_url, self.division, self._tokens, self._budget, self._clock
        )
        dry.counted_by = self
        return dry

    def make_ready(self, path: str, calls: int = 1) -> int:
        """Get a token and take the next calls ahead, so that what follows goes out at once.

        Returns how many of `calls` may go out now: at least one. Raises what would stop the first.
        Call it before bookings are claimed: a full window then costs no change of state.
        """
        ready = 1
        if calls > 1 and not self._call_in_hand:
            self._tokens.access_token()
            ready = self._budget.take_ahead(path, calls)
        self._take_call(path)
        return min(ready, calls)

    def give_back(self) -> None:
        """Give back the calls that `make_ready` took ahead and nobody made."""
        try:
            self._budget.give_back()
        except Unreachable as failure:
            log.warning("Calls that were not made stay counted. %s", failure)

    def leaving(self, calls: int) -> AbstractContextManager[None]:
        """Leave so many calls of the day to what comes later, within the block.

        What would take one of them raises DayIsFull.
        """
        return self._budget.leaving(calls)

    def ask_again(self) -> None:
        """Let Exact be asked though a limit of the day was reached or a scope was missing.

        A person asks for it, and may know that it was lifted.
        """
        self._budget.ask_again()
        self._tokens.ask_again()

    def _take_call(self, path: str) -> None:
        self._tokens.access_token()
        if not self._call_in_hand:
            self._budget.take(path)
            self._call_in_hand = True

    def get_one(self, path: str, select: Sequence[str], *, key: str | None = None) -> Row | None:
        """Return one record by its id (`key`), or the one that `path` is;
        None when it is not there.
        """
        url = self._url(
            path if key is None else addresses.of_record(path, key), {"$select": ",".join(select)}
        )
        answer = self._ask(Call("GET", url, path, _HEADERS, by_id=key is not None))
        return None if answer.kind is AnswerKind.GONE else answer.entity

    def call_function(self, path: str, parameters: Mapping[str, str]) -> Any:
        """Return the answer of a service operation, as parsed; `parameters` are OData literals."""
        return self._ask(Call("GET", self._url(path, parameters), path, _HEADERS)).document

    def get_all(
        self,
        path: str,
        select: Sequence[str],
        *,
        where: str = "",
        order_by: str = "",
        top: int | None = None,
        counted: bool = False,
    ) -> Iterator[Row]:
        """Give all rows, page after page.

        `counted` asks for the number of rows too. Raises ListChanged when another number came, and
        NotServed without a call for what this client was told is not served: each such answer is an
        error, and Exact allows an endpoint few of them.
        """
        if path in self._not_served:
            raise self._not_served[path]
        options = {
            "$select": ",".join(select),
            "$filter": where,
            "$orderby": order_by,
            "$top": "" if top is None else str(top),
            "$inlinecount": "allpages" if counted else "",
        }
        expected, came = None, 0
        for page in self._served_pages(path, self._url(path, options)):
            found = rows_of(path, page)
            expected = odata.total_count(page) if expected is None else expected
            came += len(found)
            yield from found
        if counted and top is None and expected not in (None, came):
            raise ListChanged(f"{path}: Exact announced {expected} rows and gave {came}; read it again.")

    def post(
        self, path: str, payload: str | Mapping[str, Any], *, guard: Callable[[], None] = _nothing
    ) -> Answer:
        """Make a record. `payload` as text goes out as it is.

        `guard` runs right before each sending and may raise to stop it.
        """
        return self._write(Call("POST", self._url(path), path, _WRITE_HEADERS, odata.encoded(payload)), guard)

    def put(
        self, path: str, key: str, payload: str | Mapping[str, Any], *, guard: Callable[[], None] = _nothing
    ) -> Answer:
        """Change these properties of the record with id `key`; GONE when there is none."""
        return self._write(
            Call(
                "PUT",
                self._url(addresses.of_record(path, key)),
                path,
                _WRITE_HEADERS,
                odata.encoded(payload),
                by_id=True,
            ),
            guard,
        )

    def delete(self, path: str, key: str, *, guard: Callable[[], None] = _nothing) -> Answer:
        """Remove the record with id `key`; GONE when there is none."""
        return self._write(
            Call("DELETE", self._url(addresses.of_record(path, key)), path, _HEADERS, by_id=True), guard
        )

    def upload(self, topic: str, body: bytes, *, guard: Callable[[], None] = _nothing) -> Answer:
        """Send XML with many elements of a topic; DONE has their messages (`xml_answers.Message`).

        Each element is carried out by itself. Whatever is not DONE, and whatever element a message
        does not name, may have been executed. Raises NotServed also where our app lacks the scope:
        all that the upload does can be done without it.
        """
        assert self.division is not None
        url = addresses.upload(self._base_url, self.division, topic)
        call = Call(
            "POST",
            url,
            UPLOAD,
            _UPLOAD_HEADERS,
            body,
            read_seconds=UPLOAD_SECONDS,
            read_document=xml_answers.parse_messages,
        )
        answer = self._send_upload(call, guard)
        if answer.kind is AnswerKind.SCOPE:
            values = {"call": f"POST {UPLOAD}", "division": self.division, "cause": answer.cause}
            raise NotServed(Stop.NOT_SERVED, **values)
        check_executable(call, answer, self.division, self._clock.now())
        return answer

    def _send_upload(self, call: Call, guard: Callable[[], None]) -> Answer:
        return self._with_retries(call, guard, _NOT_EXECUTED)

    # Pages.

    def _served_pages(self, path: str, url: str) -> Iterator[Any]:
        try:
            yield from self._pages(path, url)
        except NotServed as failure:
            self._not_served[path] = failure
            raise

    def _pages(self, path: str, url: str) -> Iterator[Any]:
        seen: set[str] = set()
        next_url: str | None = url
        while next_url is not None:
            if next_url in seen or len(seen) == MAX_PAGES:
                raise ProtocolFailure(f"{path}: Exact's pages do not end (after {len(seen)} pages).")
            seen.add(next_url)
            page = self._ask(Call("GET", next_url, path, _HEADERS)).document
            yield page
            next_url = self._next_page(path, url, odata.next_link(page))

    def _next_page(self, path: str, asked: str, link: str | None) -> str | None:
        """The next page's address on our own server; the token goes nowhere else."""
        try:
            return None if link is None else addresses.next_page(self._base_url, asked, link)
        except ValueError as fault:
            raise ProtocolFailure(
                f"{path}: Exact's link to the next page is not followed: {fault}; nothing was asked there."
            ) from None

    # One call.

    def _url(self, path: str, options: Mapping[str, str] | None = None) -> str:
        return addresses.url(self._base_url, self.division, path, options)

    def _write(self, call: Call, guard: Callable[[], None]) -> Answer:
        return self._stop_or_return(call, self._with_retries(call, guard, _NOT_EXECUTED))

    def _ask(self, call: Call) -> Answer:
        answer = self._stop_or_return(call, self._with_retries(call, _nothing, _READ_AGAIN))
        check_read(call, answer)
        return answer

    def _with_retries(self, call: Call, guard: Callable[[], None], again: frozenset[AnswerKind]) -> Answer:
        """Repeats, bounded, what may be repeated; the last answer counts."""
        attempts = retrying(self._clock, MAX_ATTEMPTS, lambda answer: answer.kind in again, _pause_seconds)
        answer: Answer = attempts(self._attempt, call, guard)
        return answer

    def _attempt(self, call: Call, guard: Callable[[], None]) -> Answer:
        """One call; after a 401, which was not executed, once more with the newest token."""
        self._take_call(call.endpoint)
        token = self._tokens.access_token()
        answer = self._send(call, token, guard)
        if answer.kind is AnswerKind.TOKEN:
            renewed = self._tokens.token_after_401(token)
            self._take_call(call.endpoint)
            answer = self._send(call, renewed, guard)
            if answer.kind is AnswerKind.TOKEN:
                self._tokens.give_up(renewed)
        if answer.kind is AnswerKind.DONE:
            self._note_success(call)
        return answer

    def _note_success(self, call: Call) -> None:
        """Let the tokens learn that this call was taken; what it came to stands, whatever fails."""
        try:
            self._tokens.note_token_works()
            if works := scopes.needed(call.endpoint, call.method):
                self._tokens.note_scope_works(*works)
        except Unreachable as failure:
            log.warning("%s %s: that it worked is not noted. %s", call.method, call.endpoint, failure)

    def _send(self, call: Call, token: str, guard: Callable[[], None]) -> Answer:
        crash_point(f"before {call.method} {call.endpoint}")
        guard()
        sent_at = self._clock.now()
        answer = transport.send(self._session, call, transport.Bearer(token))
        crash_point(f"after {call.method} {call.endpoint}")
        self._call_in_hand = answer.kind is AnswerKind.NEVER_SENT
        self.writes_taken += call.method != "GET" and answer.kind not in _LEFT_ALONE
        log.debug("%s %s: %s (%s)", call.method, call.endpoint, answer.kind, answer.cause)
        self._note(call, answer, sent_at)
        return answer

    def _note(self, call: Call, answer: Answer, sent_at: dt.datetime) -> None:
        """Let the budget learn from an answer; what that call came to stands, whatever fails here.

        A failure from here would say that Exact did not execute the call.
        """
        try:
            self._budget.note_answer(call.endpoint, answer, sent_at)
        except Unreachable as failure:
            log.warning("%s %s: the answer is not counted. %s", call.method, call.endpoint, failure)

    def _stop_or_return(self, call: Call, answer: Answer) -> Answer:
        """Raises what stops the practice and was certainly not executed."""
        if answer.kind is AnswerKind.SCOPE:
            scope, level = scopes.needed(call.endpoint, call.method) or (call.endpoint, scopes.Level.READ)
            self._tokens.note_missing_scope(scope, level, self.division)
        check_executable(call, answer, self.division, self._clock.now())
        return answer


class _DryRunClient(ExactClient):
    """Sends nothing that writes, and returns the answer of an Exact that takes everything."""

    counted_by: ExactClient | None = None

    def make_ready(self, path: str, calls: int = 1) -> int:
        """Take no call: nothing will be sent."""
        return calls

    def _send_upload(self, call: Call, guard: Callable[[], None]) -> Answer:
        return Answer(AnswerKind.DONE, cause="a dry run", document=[])

    def _write(self, call: Call, guard: Callable[[], None]) -> Answer:
        if self.counted_by is not None:
            self.counted_by.writes_tried += 1
        return Answer(AnswerKind.DONE, cause="a dry run", document={"d": {"ID": str(uuid4())}})


def _pause_seconds(state: tenacity.RetryCallState) -> float:
    """After a 429 the budget does the waiting; else 1, 2, 4 seconds."""
    full = state.outcome is not None and state.outcome.result().kind in FULL
    return 0.0 if full else float(2 ** (state.attempt_number - 1))

"""What an answer of Exact means: one function, `classify`, and the value it makes.

Pure; the table is in docs/reliability.md.

An answer is a value because most of them are about one record.
Which of them stop a practice is the client's business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from exact_online.api import limits, odata


class AnswerKind(StrEnum):
    """What the caller can do next."""

    DONE = "done"
    """2xx, and for a POST with the id of what was made."""
    GONE = "gone"
    """404 for one record that was asked for or changed by its id: it is not there any more."""
    REJECTED = "rejected"
    """Exact rejects the content; its words are in `message`. Not executed."""
    IN_USE = "in_use"
    """Exact says that it, or its number, exists already: look it up and compare."""
    DOUBTFUL = "doubtful"
    """It may or may not have been executed: look it up."""
    PROTOCOL = "protocol"
    """What answered is not the API (a login page, a redirect): doubtful, and somebody must look."""
    NEVER_SENT = "never_sent"
    """The connection was never made: may be tried again."""
    TOKEN = "token"  # noqa: S105
    """401: the access token is not (or no longer) accepted. Not executed."""
    CONFIGURATION = "configuration"
    """403 or 404: rights, licence, division or address. Not executed."""
    SCOPE = "scope"
    """403: the registration of our app lacks a scope, whoever asks. Not executed."""
    MINUTE_FULL = "minute_full"
    """429 of the minute. Not executed."""
    DAY_FULL = "day_full"
    """429 of the day. Not executed."""
    BLOCKED = "blocked"
    """429 that says neither: the block after too many errors,
    or a server that does not explain itself. Not executed."""


UNKNOWN_OUTCOME = frozenset({AnswerKind.DOUBTFUL, AnswerKind.PROTOCOL})
COUNTED_ERRORS = frozenset({400, 401, 403, 404})
"""Statuses of which Exact allows ten an hour (per app, user, division and endpoint)."""

_IN_USE = re.compile(
    r"in gebruik\s*:|in use\s*:|bestaat (?:reeds|al)\b|already exists|"
    r"moet zijn\s*:\s*uniek|must be\s*:\s*unique",
    re.IGNORECASE,
)
_SCOPE = re.compile(r"application scope violated", re.IGNORECASE)
_HTML = re.compile(rb"^\s*<(?:!doctype html|html|head|body)", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """One answer, or the reason why there is none."""

    kind: AnswerKind
    status: int | None = None
    message: str = field(default="", repr=False)
    """Exact's own words, whole, Dutch or English; empty when it has none. May name people:
    for the ledger, not for logs."""
    cause: str = ""
    """Why the answer is what it is, in our words: safe to log."""
    document: Any = field(default=None, repr=False)
    """The parsed body of a 2xx; fractions are `Decimal`."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def entity(self) -> odata.Row | None:
        """The record that was made or read; None when the answer does not hold exactly one."""
        return None if self.document is None else odata.entity(self.document)

    @property
    def exact_id(self) -> str | None:
        """The id of that record: ``EntryID`` of an entry, ``ID`` of all else;
        None when it is no guid.
        """
        found = self.entity or {}
        return _guid_or_none(found.get("EntryID") or found.get("ID"))

    @property
    def unknown_outcome(self) -> bool:
        """Whether Exact must be asked if it was executed."""
        return self.kind in UNKNOWN_OUTCOME

    @property
    def counts_as_error(self) -> bool:
        """Whether Exact counts it to the ten errors an hour."""
        return self.status in COUNTED_ERRORS


def never_sent(cause: str) -> Answer:
    """Return the answer of a call that never left: no name, no connection, no certificate."""
    return Answer(AnswerKind.NEVER_SENT, cause=cause)


def doubtful(cause: str) -> Answer:
    """Return the answer of a call whose answer was lost: read timeout, reset, cut off."""
    return Answer(AnswerKind.DOUBTFUL, cause=cause)


def classify(
    method: str,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    by_id: bool = False,
    read_document: Callable[[bytes], Any] = odata.parse,
) -> Answer:
    """Return what an answer means, by the answer table.

    `headers` must ignore case; `by_id`: the address named one record by its id; `read_document`
    parses a body that is no JSON of OData, which holds no id of one record.
    """
    if 200 <= status < 300:
        return _accepted(method, status, headers, body, read_document)
    message = message_of(body)
    cause = f"status {status} {headers.get('Reason', '')}".strip()
    return Answer(_kind(status, headers, message, by_id), status, message, cause, None, headers)


def _kind(status: int, headers: Mapping[str, str], message: str, by_id: bool) -> AnswerKind:
    """What is not a success. The order is the table's."""
    if status < 400:
        return AnswerKind.PROTOCOL
    if status == 401:
        return AnswerKind.TOKEN
    if status in (403, 404):
        return _denied(status, message, by_id)
    if status == 429:
        return _full(headers)
    if status in (408, 502, 503, 504) or (status >= 500 and not message):
        return AnswerKind.DOUBTFUL
    return AnswerKind.IN_USE if is_in_use(message) else AnswerKind.REJECTED


def is_in_use(message: str) -> bool:
    """Return whether Exact's words say that something, or its number, exists already."""
    return _IN_USE.search(message) is not None


def _denied(status: int, message: str, by_id: bool) -> AnswerKind:
    """Whether a 403 or 404 is about a record, about our app, or about the user and the address."""
    if status == 404:
        return AnswerKind.GONE if by_id else AnswerKind.CONFIGURATION
    return AnswerKind.SCOPE if _SCOPE.search(message) else AnswerKind.CONFIGURATION


def _accepted(
    method: str, status: int, headers: Mapping[str, str], body: bytes, read_document: Callable[[bytes], Any]
) -> Answer:
    if not body.strip():
        kind = AnswerKind.DOUBTFUL if method in ("POST", "GET") else AnswerKind.DONE
        return Answer(kind, status, cause=f"status {status} without a body", headers=headers)
    if _HTML.match(body):
        return Answer(AnswerKind.PROTOCOL, status, cause=f"status {status} with a web page", headers=headers)
    try:
        document = read_document(body)
    except ValueError:
        form = "JSON" if read_document is odata.parse else "answer to an upload"
        cause = f"status {status} with a body that is no {form}"
        return Answer(AnswerKind.DOUBTFUL, status, cause=cause, headers=headers)
    answer = Answer(AnswerKind.DONE, status, cause=f"status {status}", document=document, headers=headers)
    if read_document is not odata.parse:
        return answer
    if method == "POST" and (answer.exact_id is None or _is_about_another(answer)):
        cause = (
            f"status {status} without an id"
            if answer.exact_id is None
            else f"status {status} with the id of another record"
        )
        return Answer(AnswerKind.DOUBTFUL, status, cause=cause, document=document, headers=headers)
    return answer


def _is_about_another(answer: Answer) -> bool:
    """Whether the record's own address, where the answer has it, names another id (FR-B12)."""
    address = str(((answer.entity or {}).get("__metadata") or {}).get("uri") or "").lower()
    return "guid'" in address and (answer.exact_id or "") not in address


def _full(headers: Mapping[str, str]) -> AnswerKind:
    """Which limit a 429 means: the family that is there when the other is missing,
    else the one with nothing left.
    """
    minute, day = (limits.has_family(headers, family) for family in (limits.MINUTE_FAMILY, limits.DAY_FAMILY))
    if day and (not minute or limits.remaining(headers, limits.DAY_FAMILY) == 0):
        return AnswerKind.DAY_FULL
    if (
        (minute and not day)
        or limits.remaining(headers, limits.MINUTE_FAMILY) == 0
        or limits.retry_after(headers)
    ):
        return AnswerKind.MINUTE_FULL
    return AnswerKind.BLOCKED


def message_of(body: bytes) -> str:
    """``error.message.value``, whole (Exact joins several with line breaks);
    empty when there is none.
    """
    try:
        value = odata.parse(body)["error"]["message"]["value"]
    except (ValueError, LookupError, TypeError):
        return ""
    return value.strip() if isinstance(value, str) else ""


def _guid_or_none(value: Any) -> str | None:
    try:
        return str(UUID(value)) if isinstance(value, str) else None
    except ValueError:
        return None

"""What may be said of a database's error: never a row, never a value of one (B7).

PostgreSQL names the rows that it failed on: DETAIL holds the whole row of a violated constraint,
CONTEXT the line of a COPY, and the message itself the value that can't be read. These are names and
account numbers of people, so an error leaves the modules that run SQL as a failure of ours.
"""

from __future__ import annotations

import re

import psycopg

_HOLDS_VALUES = ("22", "XX")
"""Classes of SQLSTATE whose message quotes values: data, internal errors."""
_QUOTED = re.compile(r"[\"“„«`'].*", re.DOTALL)


def error_words(error: psycopg.Error, *, own_functions: bool = False) -> str:
    """Return kind, SQLSTATE and message of an error, without anything that may be of a person.

    `own_functions`: functions that raise are ours, and their messages hold keys and states only.
    """
    kind, state = type(error).__name__, error.sqlstate
    if state is None:  # of the client: no server spoke, or none any more
        is_of_connection = isinstance(error, psycopg.OperationalError)
        return f"{kind}: {_first_line(error)}" if is_of_connection else kind
    message = " ".join((error.diag.message_primary or "").split())
    if state.startswith("P0") and not own_functions:
        message = ""  # a function of somebody else says what it likes
    elif state.startswith(_HOLDS_VALUES):
        message = _QUOTED.sub("[...]", message)
    return f"{kind} {state}: {message}".rstrip(": ")


def _first_line(error: psycopg.Error) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].strip() if lines else "no words"

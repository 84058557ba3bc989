"""What of a practice's requirements keeps its nights off: the one place where the pages ask it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import psycopg

from exact_online.api.client import ExactClient
from exact_online.ledger import Ledger, Practice
from exact_online.requirements import blocking, check_now, known


def known_problems(ledger: Ledger, practice: Practice) -> list[str] | None:
    """Return a sentence per problem by the list as it was read last, in Dutch.

    None while nothing is known to block and a requirement was never read.
    """
    checked = known(ledger, practice.code)
    found = blocking(checked.requirements) if checked else []
    return found if found or (checked and checked.is_complete) else None


def problems_now(
    ledger: Ledger,
    client: ExactClient,
    james: psycopg.Connection[Any],
    practice: Practice,
    day: dt.date,
    by: str,
) -> list[str]:
    """Check all requirements anew, and return a sentence per problem, in Dutch.

    Raises as `requirements.check_now`.
    """
    return blocking(check_now(ledger, client, james, practice, day, by))

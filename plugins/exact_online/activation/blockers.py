"""What of a practice's division would stop its nights: the one place where the pages ask it."""

from __future__ import annotations

import datetime as dt

from exact_online.api.client import ExactClient
from exact_online.api.lists import fetch_lists, load_lists
from exact_online.failures import NotReady
from exact_online.ledger import Ledger, Practice
from exact_online.readiness import Problem, readiness_problems
from exact_online.reasons import cure, explain


def known_problems(ledger: Ledger, practice: Practice, day: dt.date) -> list[str] | None:
    """Return a sentence per problem by the lists as they were read last, in Dutch; None when
    never.
    """
    try:
        lists = load_lists(ledger.mirrors, practice.code)
        problems = readiness_problems(ledger.practices.settings(practice), lists, day)
    except NotReady:
        return None
    return [*map(_sentence, problems)]


def problems_now(ledger: Ledger, client: ExactClient, practice: Practice, day: dt.date) -> list[str]:
    """Read the lists of the division anew, in six calls, and return a sentence per problem, in
    Dutch.

    Raises NotReady when the practice has no settings or no link, and what calls to Exact raise.
    """
    settings = ledger.practices.settings(practice)
    first_day = min(practice.first_sync_date, day)
    ledger.mirrors.save_lists(practice.code, fetch_lists(client, first_day))
    problems = readiness_problems(settings, load_lists(ledger.mirrors, practice.code), day)
    return [*map(_sentence, problems)]


def _sentence(problem: Problem) -> str:
    """What is wrong, and who cures it where."""
    return f"{explain(problem.reason, problem.values)} ({cure(problem.reason)})"

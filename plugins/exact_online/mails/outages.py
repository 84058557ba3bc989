"""What a run that failed leads to: a mail of its practice, or one about an outage of all.

An outage is mailed when it is seen first, and when it is over: twice, whatever many nights fail.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from exact_online import reasons
from exact_online.failures import Problem
from exact_online.ledger import Practice
from exact_online.ledger.outages import NightFailure, Outage
from exact_online.mails.nights import night_key, tell_night
from exact_online.mails.post import Post
from exact_online.mails.words import message
from exact_online.stops import Stop

EXACT = ("exact", "app")
"""What worked when a night was opened."""
JAMES = ("james",)
"""What worked when James was read."""


@dataclass(frozen=True)
class Begun:
    """An outage that was just seen."""

    shared: str
    since: dt.datetime


def tell_failed_run(post: Post, practice: Practice, airflow_run_id: str, day: dt.date) -> None:
    """Tell that a run failed: of its practice what the night's mail did not say, or an outage."""
    failures = post.ledger.outages.failures(practice.code, airflow_run_id)
    shared = [
        (failure, (str(code), values))
        for failure in failures
        for code, values in failure.problems
        if reasons.shared_by_all(str(code))
    ]
    for failure, problem in shared:
        _note_outage(post, practice.code, airflow_run_id, failure, problem)
    if shared:
        return
    if not failures and not post.ledger.mails.is_made(night_key(practice.code, day)):
        unknown: Problem = (Stop.RUN_FAILED, {"run": airflow_run_id})
        failures = [NightFailure("", [list(unknown)], dt.datetime.now(dt.UTC))]
    if failures:
        tell_night(post, practice, day, failures)


def tell_answered(post: Post, shared: Collection[str]) -> None:
    """Note that these worked for a practice; tell which outages are over by that."""
    with post.ledger.transaction("tell outage over"):
        for outage in post.ledger.outages.answered(shared):
            _tell_over(post, outage)


def tell_over(post: Post) -> None:
    """Tell which outages turned out to be over."""
    with post.ledger.transaction("tell outage over"):
        for outage in post.ledger.outages.over():
            _tell_over(post, outage)


def _note_outage(
    post: Post, practice: str, airflow_run_id: str, failure: NightFailure, problem: Problem
) -> None:
    code, values = problem
    shared = reasons.shared_by_all(code)
    with post.ledger.transaction("tell outage"):
        begun = post.ledger.outages.note(shared, problem, practice, airflow_run_id, failure.noted_at)
        if begun is not None:
            made = message(
                "outage",
                outage=Begun(shared, failure.noted_at),
                sentence=reasons.explain(code, values),
                cure=reasons.cure(code),
                page=post.page("outage"),
            )
            post.to_support(f"outage:{begun}", made)


def _tell_over(post: Post, outage: Outage) -> None:
    sentence = reasons.explain(outage.code, outage.code_values)
    made = message("outage_over", outage=outage, sentence=sentence, page=post.page("outage"))
    post.to_support(f"outage:{outage.outage_id}:over", made)

"""What Airflow does after a step that did not succeed.

* A rejection or a wrong setting fails the task at once. Its last lines say in Dutch what
  is wrong, who cures it, and which task to clear; no stack trace follows them.
* A technical failure is left to Airflow's retries.
* When Exact's call limit is reached, the task ends and starts again when the next window begins.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from airflow.sdk.exceptions import AirflowRescheduleException

from exact_online.dutch import dutch_amount
from exact_online.failures import DayIsFull, NeedsPerson, NotReady, WaitForWindow
from exact_online.ledger import AttentionItem
from exact_online.report.log_lines import cause_lines, clear_sentence, task_to_clear, wrapped

log = logging.getLogger(__name__)


@contextmanager
def translate_failures(task: str) -> Iterator[None]:
    """Turn the link's exceptions into what Airflow acts on: fail at once, or start again later.

    `task` is the one to clear when a person has put the cause right.
    """
    try:
        yield
    except WaitForWindow as wait:
        log.info("%s Coming back at %s.", wait, wait.until)
        raise AirflowRescheduleException(wait.until) from None
    except (NotReady, DayIsFull) as failure:
        fail_with([*wrapped(str(failure)), clear_sentence(task)])


def fail_with(lines: Sequence[str]) -> None:
    """Log these lines and fail without a retry: a person must act."""
    for line in lines:
        log.error("%s", line)
    raise NeedsPerson from None


def fail_on_items(items: Sequence[AttentionItem], task: str, plans_anew: bool = False) -> None:
    """Log each cause with its records and its cure, then fail. Does nothing without items.

    `task` is the one that found them; `plans_anew`: clearing it is enough, whatever was corrected.
    """
    if items:
        cleared = task if plans_anew else task_to_clear(items, task)
        fail_with([*cause_lines(items), clear_sentence(cleared, len(items))])


def fail_on_difference(difference_cents: int, run_id: str, task: str) -> None:
    """Fail without a retry when James, the ledger and Exact differ."""
    if difference_cents:
        what = f"James, koppeling en Exact verschillen {dutch_amount(difference_cents)} euro."
        where = f"Oplossen: James Support, exact_sync.run, rij {run_id}: de cellen die verschillen."
        fail_with([what, where, clear_sentence(task)])

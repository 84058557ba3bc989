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

from exact_online.failures import DayIsFull, NeedsPerson, NotReady, WaitForWindow
from exact_online.ledger import AttentionItem, NightNumbers
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


def fail_on_difference(numbers: NightNumbers, items: Sequence[AttentionItem], task: str) -> None:
    """Fail without a retry when James and Exact differ in something new, or in more than before.

    What differed before and is no worse is counted in the log, and so is what a person accepted.
    """
    older = (
        f"{numbers.differences_known} bekende verschillen zijn nog open, "
        f"{numbers.differences_accepted} geaccepteerd."
    )
    if numbers.differences_new:
        new = f"{numbers.differences_new} nieuwe verschillen tussen James en Exact; {older}"
        fail_with([*cause_lines(items), new, clear_sentence(task)])
    log.info("Niets nieuws verschilt tussen James en Exact; %s", older)
    if numbers.other_entries:
        log.info("In onze dagboeken staan %s boekingen van anderen.", numbers.other_entries)

"""What Airflow does after a step that did not succeed.

* A rejection or a wrong setting fails the task at once, with a sentence that names the cure.
* A technical failure is left to Airflow's retries.
* When Exact's call limit is reached, the task ends and starts again when the next window begins.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from airflow.sdk.exceptions import AirflowFailException, AirflowRescheduleException

from exact_online.failures import DayIsFull, NotReady, WaitForWindow
from exact_online.ledger import AttentionItem, NightNumbers
from exact_online.report.sentences import item_line

log = logging.getLogger(__name__)

CLEAR_THIS = "Correct what is named, then clear this task with its downstream tasks."
CLEAR_EXTRACT = "Correct what is named, then clear task extract with its downstream tasks."


@contextmanager
def translate_failures() -> Iterator[None]:
    """Turn the link's exceptions into Airflow's: fail without a retry, or start again later."""
    try:
        yield
    except WaitForWindow as wait:
        log.info("%s Coming back at %s.", wait, wait.until)
        raise AirflowRescheduleException(wait.until) from None
    except (NotReady, DayIsFull) as failure:
        raise AirflowFailException(str(failure)) from None


def fail_on_items(items: Sequence[AttentionItem], cure: str) -> None:
    """Log one line per record, numbers only, then fail without a retry.

    Does nothing without items.
    """
    if not items:
        return
    for item in items:
        log.error("%s", item_line(item))
    raise AirflowFailException(f"{len(items)} record(s) need a person, named above. {cure}")


def fail_on_difference(numbers: NightNumbers, run_id: str) -> None:
    """Fail without a retry when James and Exact differ in something new, or in more than before.

    What differed before and is no worse is counted in the log, and so is what a person accepted.
    """
    known, accepted = numbers.differences_known, numbers.differences_accepted
    older = f"{known} known difference(s) are still open, {accepted} accepted."
    if numbers.differences_new:
        raise AirflowFailException(
            f"{numbers.differences_new} new difference(s) between James and Exact, named above; {older} "
            f"Row {run_id} of exact_sync.run has the cells."
        )
    log.info("Nothing new differs between James and Exact. %s", older)
    if numbers.other_entries:
        log.info("%s entries of others stand in our journals.", numbers.other_entries)

"""What Airflow does after a step that did not succeed.

* A rejection or a wrong setting fails the task at once. Its last lines say in Dutch what
  is wrong, who cures it, and which task to clear; no stack trace follows them.
* A technical failure is said in two lines and left to Airflow's retries; its details follow.
* When Exact's call limit is reached, the task ends and starts again when the next window begins.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from airflow.sdk.exceptions import AirflowRescheduleException

from exact_online import reasons
from exact_online.dutch import dutch_moment
from exact_online.failures import (
    ExactUnreachable,
    JamesFailure,
    JamesUnreachable,
    LedgerFailure,
    LinkFailure,
    LockLost,
    NamedFailure,
    NeedsPerson,
    Problem,
    ProtocolFailure,
    QueryRejected,
    WaitForWindow,
)
from exact_online.ledger import AttentionItem, NightNumbers
from exact_online.report.log_lines import cause_lines, clear_sentence, problem_lines, task_to_clear
from exact_online.stops import Stop

log = logging.getLogger(__name__)


@contextmanager
def translate_failures(task: str) -> Iterator[None]:
    """Turn the link's exceptions into what Airflow acts on: fail at once, or start again later.

    `task` is the one to clear when a person has put the cause right.
    """
    try:
        yield
    except WaitForWindow as wait:
        log.info("%s Verder op %s.", wait, dutch_moment(wait.until))
        raise AirflowRescheduleException(wait.until) from None
    except NamedFailure as failure:
        cleared = _task_of(failure) or task
        last = _goes_on_sentence(failure, cleared) or clear_sentence(cleared)
        fail_with([*problem_lines(failure.problems), last])
    except LinkFailure as failure:
        for line in problem_lines([(_technical(failure), {})]):
            log.error("%s", line)
        raise


OF_THE_DAY = (Stop.DAY_FULL, Stop.DAY_FULL_FOR_HISTORY, Stop.DAY_FULL_FOR_LATER)
"""One cause: the calls of the division's day, whoever wanted one."""
GOES_ON = (*OF_THE_DAY, Stop.DAY_BLOCKED)
"""What the next night goes on with by itself."""


def cause_of(failure: NamedFailure) -> str:
    """Return what tells one cause from another: the codes of a failure, with their values."""
    causes = (
        f"{Stop.DAY_FULL} {json.dumps({'division': str(values.get('division'))})}"
        if code in OF_THE_DAY
        else f"{code} {json.dumps(dict(values), sort_keys=True, default=str)}"
        for code, values in failure.problems
    )
    return "; ".join(sorted(causes))


def _goes_on_sentence(failure: NamedFailure, task: str) -> str:
    """One cure where nobody needs to act; empty for all other stops."""
    code, values = failure.problems[0]
    if code not in GOES_ON:
        return ""
    return f"Dit gaat de volgende nacht vanzelf verder. Eerder: wis (Clear) taak {task} na {values['until']}."


def _task_of(failure: NamedFailure) -> str:
    """The task that one of its problems names; empty when the red one is to be cleared."""
    entries = (reasons.entry_of(code) for code, _ in failure.problems)
    return next((entry.task for entry in entries if entry and entry.task), "")


TECHNICAL: dict[type[LinkFailure], Stop] = {
    ExactUnreachable: Stop.EXACT_UNREACHABLE,
    JamesUnreachable: Stop.JAMES_UNREACHABLE,
    QueryRejected: Stop.QUERY_REJECTED,
    ProtocolFailure: Stop.NO_ANSWER_OF_EXACT,
    LedgerFailure: Stop.LEDGER_FAILED,
    JamesFailure: Stop.JAMES_FAILED,
    LockLost: Stop.PRACTICE_BUSY,
}
"""What Airflow tries again, in a sentence for support; the details follow in English."""


def _technical(failure: LinkFailure) -> Stop:
    found = (stop for kind, stop in TECHNICAL.items() if isinstance(failure, kind))
    return next(found, Stop.UNREACHABLE)


def problems_of(failure: LinkFailure) -> Sequence[Problem]:
    """Return the codes of a failure, with their values."""
    return failure.problems if isinstance(failure, NamedFailure) else [(_technical(failure), {})]


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

"""The end of a run: whether all of its night was done, and who is told.

Airflow runs the last task when no task before it is red. That is not enough: a person may have
marked the red one as success, or cleared it without what comes after it, and then what was skipped
for its cause was never done. So the ledger is asked what is left.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from exact_online.ledger import Ledger, Run
from exact_online.report.log_lines import clear_sentence, wrapped
from exact_online.tasks.booked_asset import announce_booked
from exact_online.tasks.connections import ledger_session
from exact_online.tasks.nights import is_of_days
from exact_online.tasks.outcomes import fail_with, translate_failures

log = logging.getLogger(__name__)


def night_complete(practice_code: str, dag_run: Any, params: dict[str, Any], outlet_events: Any) -> None:
    """Announce a night of which all was done; fail while something was not, and name it.

    It only reads. A dry run does nothing that could be left, and is not announced.
    """
    with translate_failures("night_complete"), ledger_session() as ledger:
        run = ledger.runs.opened(practice_code, dag_run.run_id)
        is_dry = params["dry_run"] or (run is not None and run.dry_run)
        if not is_dry:
            if lines := list(_left(ledger, run, is_of_days(dag_run))):
                fail_with(lines)
            assert run is not None
            if not is_of_days(dag_run):
                announce_booked(run, ledger.runs.numbers(run.run_id), outlet_events)
    log.info("De nacht is compleet: geen taak van deze run is mislukt.")


def _left(ledger: Ledger, run: Run | None, of_days: bool) -> Iterator[str]:
    """Give what a run has not done, and for each cause the task to clear."""
    if run is None:
        yield "Niets gedaan: de nacht is niet geopend."
        yield clear_sentence("open_run")
        return
    stops = ledger.runs.stops(run)
    for stop in stops:
        yield from wrapped(f"Niet gedaan: {', '.join(stop.tasks)}.")
        yield clear_sentence(stop.task)
    if of_days:
        if not stops and ledger.runs.numbers(run.run_id) is None:
            yield "Niets vergeleken: de dagen van deze run zijn niet gelezen."
            yield clear_sentence("choose_backfill")
    elif not stops and ledger.runs.james_totals(run.run_id) is None:
        yield "Niets vergeleken: James is in deze run niet gelezen."
        yield clear_sentence("extract")

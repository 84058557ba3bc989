"""The tasks of the watch, over all practices."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from airflow.sdk.exceptions import AirflowFailException

from exact_online import watch
from exact_online.book_day import book_day
from exact_online.report.watch_items import WatchItem, compose_watch_items, watch_item_line
from exact_online.tasks.connections import ledger_session
from exact_online.tasks.outcomes import translate_failures
from exact_online.tasks.support_mail import send_to_support

log = logging.getLogger(__name__)


def tokens() -> None:
    """Warn of links with Exact that are broken or will expire unused. Fails when one is urgent."""
    with translate_failures(), ledger_session() as ledger:
        _warn(watch.token_items(ledger))


def financial_year(dag_run: Any) -> None:
    """Warn of practices that lack their next financial year. Fails in December."""
    with translate_failures(), ledger_session() as ledger:
        _warn(watch.year_items(ledger, book_day(dag_run.run_after)))


def mail_support(dag_run: Any) -> None:
    """Send one message with all that is due; when it can't be sent, all of it stays due."""
    day = book_day(dag_run.run_after)
    with translate_failures(), ledger_session() as ledger:
        due = [item for item in watch.watch_items(ledger, day) if item.is_due]
        if due and send_to_support(compose_watch_items(due, day)):
            ledger.tokens.note_reported([item.chain_id for item in due if item.chain_id])


def _warn(found: Sequence[WatchItem]) -> None:
    """Log a line per item; fail without a retry when one is urgent."""
    for item in found:
        log.warning("%s", watch_item_line(item))
    if urgent := sum(item.is_urgent for item in found):
        raise AirflowFailException(
            f"{urgent} of {len(found)} warning(s) can't wait. The lines above name them and their cures."
        )

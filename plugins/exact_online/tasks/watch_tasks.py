"""The tasks of the watch, over all practices."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from exact_online import watch, watch_nights, watch_open, watch_requirements
from exact_online.book_day import book_day
from exact_online.dutch import dutch_number
from exact_online.failures import NotReady
from exact_online.ledger import Ledger, LedgerClock
from exact_online.mails.fleet import tell_morning
from exact_online.purge import purge
from exact_online.report.log_lines import clear_sentence
from exact_online.report.watch_items import WatchItem, watch_item_lines
from exact_online.stops import Stop
from exact_online.tasks.connections import ledger_session
from exact_online.tasks.outcomes import fail_with, translate_failures
from exact_online.tasks.support_mail import deliver, post_of, server_error, support_address
from exact_online.tasks.workbook_store import remove_orphans, workbook_store

ALL = 10_000
"""More mails than a week of a fleet makes."""

log = logging.getLogger(__name__)


def nights(dag_run: Any) -> None:
    """Warn of a ledger that is a copy, and of nights that did not begin or end by 07:00.

    Fails while there are any.
    """
    with translate_failures("nights"), ledger_session() as ledger:
        now = dag_run.run_after
        _warn([*watch_nights.copy_items(ledger, now), *watch_nights.night_items(ledger, now)], "nights")


def invoice_counts(dag_run: Any) -> None:
    """Warn of practices with an unusual number of invoices. Never fails for one."""
    with translate_failures("invoice_counts"), ledger_session() as ledger:
        _warn(watch_nights.count_items(ledger, dag_run.run_after), "invoice_counts")


def tokens() -> None:
    """Warn of links with Exact that are broken or will expire unused. Fails when one is urgent."""
    with translate_failures("tokens"), ledger_session() as ledger:
        _warn([*watch.token_items(ledger), *watch.scope_items(ledger)], "tokens")


def financial_year(dag_run: Any) -> None:
    """Warn of practices that lack their next financial year. Fails in December."""
    with translate_failures("financial_year"), ledger_session() as ledger:
        _warn(watch.year_items(ledger, book_day(dag_run.run_after)), "financial_year")


def requirements(dag_run: Any) -> None:
    """Warn of what the divisions lack, by their lists as read last. Never fails for one."""
    with translate_failures("requirements"), ledger_session() as ledger:
        _warn(watch_requirements.requirement_items(ledger, dag_run.run_after), "requirements")


def open_items(dag_run: Any) -> None:
    """Warn of records that wait for a person for a day or more. Fails from 30 days on."""
    with translate_failures("open_items"), ledger_session() as ledger:
        _warn(watch_open.open_items(ledger, dag_run.run_after), "open_items")


def mail_support(dag_run: Any) -> None:
    """Make the mails of the morning and send all that waits, also of the nights before.

    Fails when an address is set and mail can't go; what can't be sent is kept.
    """
    with translate_failures("mail_support"), ledger_session() as ledger:
        tell_morning(post_of(ledger), dag_run.run_after)
        _send_all(ledger)


def _send_all(ledger: Ledger) -> None:
    """Send all that waits; fail when it does not go, or when nothing could."""
    delivery = deliver(ledger, most=ALL, is_patient=False)
    error = delivery.error or delivery.waiting.last_error if delivery.waiting.mails else None
    if not error and support_address() and not delivery.sent:
        error = server_error()
    if error:
        raise NotReady(Stop.MAIL_NOT_SENT, cause=error, count=delivery.waiting.mails)


def purge_ledger() -> None:
    """Remove what is past its term, of all practices. What is left is done the next day."""
    with translate_failures("purge"), ledger_session() as ledger:
        clock = LedgerClock(ledger.session)
        purged = purge(ledger, clock)
        if store := workbook_store():
            log.info("Objecten van werkboeken verwijderd: %s.", remove_orphans(ledger, store, clock.now()))
    removed = ", ".join(f"{term} {dutch_number(rows)}" for term, rows in sorted(purged.rows.items()))
    log.info("Opgeruimd (bewaartermijnen), rijen per termijn: %s.", removed or "niets")
    if not purged.is_complete:
        log.warning("De tijd was om; wat over is, wordt morgen opgeruimd.")


def _warn(found: Sequence[WatchItem], task: str) -> None:
    """Log what is the matter and its cure per item; fail without a retry when one is urgent."""
    for item in found:
        for line in watch_item_lines(item):
            log.warning("%s", line)
    if urgent := sum(item.is_urgent for item in found):
        many = (
            f"{urgent} van {len(found)} kan niet wachten"
            if urgent == 1
            else (f"{urgent} van {len(found)} kunnen niet wachten")
        )
        fail_with([f"{many}. {clear_sentence(task)}"])
    log.info("%s waarschuwing(en).", len(found))

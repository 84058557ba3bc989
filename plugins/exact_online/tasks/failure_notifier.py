"""What people are mailed about a run that failed: nothing that another mail tells already.

The DAG files import this where support has an address, so what `tell` needs is imported when a run
has failed.
"""

from __future__ import annotations

import html
import logging
from typing import Any

from airflow.providers.smtp.notifications.smtp import SmtpNotifier

from exact_online.book_day import book_day
from exact_online.failures import NamedFailure, Unreachable
from exact_online.registry import DAG_PREFIX
from exact_online.tasks import told_once

log = logging.getLogger(__name__)


class FailureNotifier(SmtpNotifier):  # type: ignore[misc]
    """Tells that a run failed.

    A practice's night is in one mail with what else it left, and an outage of all practices is one
    mail. Where the ledger can't say, which would be so for all practices, one mail goes per cause
    (`told_once.py`); a watch that can't read it is mailed each time.
    """

    def notify(self, context: Any) -> None:
        """Make the mail, and send it."""
        dag_id = context["dag"].dag_id
        if not dag_id.startswith(DAG_PREFIX):
            super().notify(context)
            return
        try:
            tell(dag_id.removeprefix(DAG_PREFIX), context["dag_run"])
        except Exception as failure:
            log.warning("What is told about %s is not known (%s).", dag_id, type(failure).__name__)
            self._tell_of_ledger(context, failure)

    def _tell_of_ledger(self, context: Any, failure: Exception) -> None:
        """Mail once that the ledger can't be asked, and why: the first run stands for all."""
        why = _why(failure)
        if not told_once.is_first(why):
            log.info("No mail: this was mailed a moment ago (%s).", why)
            return
        self.subject = "Exact Online: de database van de koppeling is niet te gebruiken"
        first = html.escape(f"{context['dag_run'].run_id} van {context['dag'].dag_id}")
        self.html_content = f"<p>{html.escape(why)}</p>{OF_ALL.format(run=first)}"
        try:
            super().notify(context)
        except Exception:
            told_once.forget(why)
            raise


OF_ALL = (
    "<p>Run {run} is de eerste die hierdoor mislukte. Andere praktijken mislukken door dezelfde "
    "oorzaak: daarover komt voor de volgende nacht geen mail meer.</p>"
    "<p>Werkt de database weer: wis (Clear) de rode taken, of laat het aan de volgende nacht.</p>"
)


def _why(failure: Exception) -> str:
    """By what the ledger can't be asked: one sentence that is the same for all practices."""
    if isinstance(failure, NamedFailure):
        return str(failure)
    if isinstance(failure, Unreachable):
        return "De database van de koppeling is niet bereikbaar."
    return f"De database van de koppeling geeft een fout ({type(failure).__name__})."


def tell(practice_code: str, dag_run: Any) -> None:
    """Tell that a run of a practice failed, unless it was a dry run. A link that is broken, or a
    scope that is missing, is told once for all practices: by the watch, or at once by day.

    Of days of history the next night tells what they left open: no mail per day.
    """
    from exact_online.ledger import LedgerClock
    from exact_online.mails.fleet import tell_links
    from exact_online.mails.outages import tell_failed_run
    from exact_online.tasks.connections import ledger_session
    from exact_online.tasks.nights import is_of_days
    from exact_online.tasks.support_mail import deliver, post_of

    with ledger_session() as ledger:
        now = LedgerClock(ledger.session).now()
        if ledger.tokens.is_told_by_watch(practice_code):
            log.info("No mail about %s alone: this is told once for all practices.", practice_code)
            tell_links(post_of(ledger), now)
            deliver(ledger)
            return
        if is_of_days(dag_run):
            return
        run = ledger.runs.opened(practice_code, dag_run.run_id)
        if run and run.dry_run:
            return
        moment = getattr(dag_run, "run_after", None) or now
        practice = ledger.practices.get(practice_code)
        tell_failed_run(post_of(ledger), practice, dag_run.run_id, run.book_day if run else book_day(moment))
        deliver(ledger)

"""The mail about a run that failed: none where the watch tells the cause once for all practices."""

from __future__ import annotations

import logging
from typing import Any

from airflow.providers.smtp.notifications.smtp import SmtpNotifier

from exact_online.registry import DAG_PREFIX
from exact_online.tasks.connections import ledger_session

log = logging.getLogger(__name__)


class FailureNotifier(SmtpNotifier):  # type: ignore[misc]
    """Mails that a run failed; silent for what stops many practices, which is one message."""

    def notify(self, context: Any) -> None:
        """Send the mail, unless the watch has told the cause or tells it next morning."""
        dag_id = context["dag"].dag_id
        if is_told_by_watch(dag_id):
            log.info("No mail about %s: the watch tells this once for all practices.", dag_id)
        else:
            super().notify(context)


def is_told_by_watch(dag_id: str) -> bool:
    """Return whether a practice is stopped by a broken link, or by a scope that our app lacks.

    False when the ledger can't say: a mail too many is better than none.
    """
    if not dag_id.startswith(DAG_PREFIX):
        return False
    try:
        with ledger_session() as ledger:
            return ledger.tokens.is_told_by_watch(dag_id.removeprefix(DAG_PREFIX))
    except Exception as failure:
        log.warning("Whether the watch tells about %s is not known (%s).", dag_id, type(failure).__name__)
        return False

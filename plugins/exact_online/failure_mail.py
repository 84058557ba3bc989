"""Mail to James Support for a run that failed, also when it failed before its report (M21).

The DAG files import this, so Airflow's mail is imported only where an address is set.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from exact_online.schedule import SUPPORT_MAIL_VARIABLE


def mail_on_failure() -> list[Callable[..., Any]]:
    """Return the callbacks of a DAG or task that fails; none when support has no address.

    What stops many practices at once (a broken link, a scope) is told by the watch alone: one mail.
    """
    address = os.environ.get(SUPPORT_MAIL_VARIABLE)
    if not address:
        return []
    from exact_online.tasks.failure_notifier import FailureNotifier

    return [
        FailureNotifier(
            to=address,
            subject="Exact Online: {{ dag.dag_id }} is mislukt",
            html_content="Run {{ dag_run.run_id }} van {{ dag.dag_id }} is mislukt. "
            "Het log van de rode taak zegt waarom, en wie het oplost.",
        )
    ]

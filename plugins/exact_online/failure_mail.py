"""Mail to James Support for a run that failed, also when it failed before its report (M21).

The DAG files import this, so Airflow's mail is imported only where an address is set.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from exact_online.schedule import SUPPORT_MAIL_VARIABLE


def mail_on_failure() -> list[Callable[..., Any]]:
    """Return the callbacks of a DAG or task that fails; none when support has no address."""
    address = os.environ.get(SUPPORT_MAIL_VARIABLE)
    if not address:
        return []
    from airflow.providers.smtp.notifications.smtp import send_smtp_notification

    return [
        send_smtp_notification(
            to=address,
            subject="Exact Online: {{ dag.dag_id }} failed",
            html_content="Run {{ dag_run.run_id }} of {{ dag.dag_id }} failed; "
            "the log of its failed task says why and what cures it.",
        )
    ]

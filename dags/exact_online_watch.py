"""The watch: once a day over all practices, what will stop their nights unless somebody acts (B5, M19).

This file holds order, schedule, names and documentation; what the tasks do is in `plugins/exact_online/`.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, TriggerRule, task
from airflow.sdk.definitions.timetables.trigger import CronTriggerTimetable

from exact_online.failure_mail import mail_on_failure
from exact_online.schedule import POOL, RETRIES, START, TIMEZONE

EVERY_MORNING = "20 7 * * *"
"""After the nights, before the day's work."""

DOC = """
### The watch over all practices, every morning

| Task | What it looks at | Support is mailed | Red |
|---|---|---|---|
| `tokens` | links with Exact that are broken, or die unused after 30 days | once: broken; after 20, 27, 30 days | broken; after 27 days |
| `financial_year` | practices that lack their next financial year in Exact | November: Mondays; December: daily | in December |
| `mail_support` | sends what is due today, in one message | | when it could not look |

**A task is red?** Its last lines name the practices and the cure; the morning after the cure it is green. Any run of a practice uses its
link, for all that share it: start one, or let the Exact user authenticate again. All settings stay.

Nothing is asked of Exact: its lists are those that the last nights read. Practices that are switched off in the registry are left alone.
"""


with DAG(
    dag_id="exact_online_watch",
    dag_display_name="Exact Online: watch",
    description="Links with Exact that will die unused, financial years that are missing",
    schedule=CronTriggerTimetable(EVERY_MORNING, timezone=TIMEZONE, interval=timedelta(days=1)),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,  # it writes nowhere but to support, and who forgets to switch it on is not warned
    tags=["exact-online", "watch"],
    doc_md=DOC,
    default_args={"owner": "data-team", **RETRIES, "pool": POOL},
):

    @task
    def tokens() -> None:
        from exact_online.tasks import watch_tasks

        watch_tasks.tokens()

    @task
    def financial_year(dag_run: Any = None) -> None:
        from exact_online.tasks import watch_tasks

        watch_tasks.financial_year(dag_run)

    # A check that is red for what it found needs no mail of its own: this task's failure does.
    @task(trigger_rule=TriggerRule.ALL_DONE, on_failure_callback=mail_on_failure())
    def mail_support(dag_run: Any = None) -> None:
        from exact_online.tasks import watch_tasks

        watch_tasks.mail_support(dag_run)

    @task(trigger_rule=TriggerRule.NONE_FAILED)
    def watch_complete() -> None:
        """The one leaf: not green when anything before it was red, though support was mailed all the same."""
        logging.getLogger("exact_online").info("The watch is complete: nothing that it found is urgent.")

    checks = [tokens(), financial_year()]
    complete = watch_complete()
    checks >> mail_support() >> complete
    checks >> complete

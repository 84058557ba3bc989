"""The watch: finds once a day, for all practices, what will stop their nights unless somebody acts.

It covers the links with Exact (B5) and the next financial year (M19), and removes what is past its
term (B7). This file holds the order,
schedule, names and documentation of the tasks; their code is in `exact_online.tasks.watch_tasks`.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, ExceptionRetryPolicy, RetryAction, RetryRule, TriggerRule, task
from airflow.sdk.definitions.timetables.trigger import CronTriggerTimetable

from exact_online.failure_mail import mail_on_failure
from exact_online.failures import NeedsPerson
from exact_online.schedule import MORNING, POOL, RETRIES, RUN_TIMEOUT, START, TASK_TIMEOUT, TIMEZONE

EVERY_MORNING = f"{MORNING.minute} {MORNING.hour} * * *"

DOC = """
### The watch over all practices, every morning

| Task | What it checks | Support is mailed | Fails |
|---|---|---|---|
| `nights` | practices whose night did not begin, or did not end by 07:00 | when new, and after \
1, 7 and 30 days | while there are any |
| `invoice_counts` | practices with an unusual number of invoices, against the same day \
in the last eight weeks | as `nights` | |
| `tokens` | links with Exact: broken, or unused (they expire after 30 days) | once when broken, \
and after 20, 27 and 30 days | when broken, and after 27 days |
| `financial_year` | practices that lack their next financial year in Exact | November: Mondays; \
December: daily | in December |
| `requirements` | what a division lacks or has oddly, by its lists as read last | as `nights` | |
| `open_items` | records that wait for a person: the oldest of each practice | after 1 day who cures \
it; after 7 and 30 days support | after 30 days |
| `purge` | nothing: removes what is past its term in the ledger (docs/bewaartermijnen.md) | | \
only when the ledger fails |
| `mail_support` | makes the mails of the morning: to practices and accountants what they can cure, to \
support one message with warnings and what is open over all practices; sends what waits | when there is \
anything new, or 1, 7 or 30 days old | when it could not look, or mail can't go |

**A task has failed?** Its last lines name the practices and the cure; the morning after the cure it succeeds.
A run of any practice uses the link of all practices that share it: start one, or let the Exact user
authenticate again. All settings stay as they are.

The watch does not call Exact: it uses the lists that the last nights read. It skips practices that are not
active in the registry.
"""


with DAG(
    dag_id="exact_online_watch",
    dag_display_name="Exact Online: controle",
    description="Nachten, koppelingen, scopes, boekjaren, voorwaarden, open posten; en opruimen",
    schedule=CronTriggerTimetable(EVERY_MORNING, timezone=TIMEZONE, interval=timedelta(days=1)),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=RUN_TIMEOUT,
    # It only mails; and nobody would be warned if it had to be switched on first.
    is_paused_upon_creation=False,
    tags=["exact-online", "watch"],
    doc_md=DOC,
    default_args={
        "owner": "data-team",
        **RETRIES,
        "pool": POOL,
        "execution_timeout": TASK_TIMEOUT,
        # A check that waits for a person fails at once: a retry can't help.
        "retry_policy": ExceptionRetryPolicy(rules=[RetryRule(NeedsPerson, RetryAction.FAIL)]),
    },
):

    @task(task_display_name="Nachten")
    def nights(dag_run: Any = None) -> None:
        from exact_online.tasks import watch_tasks

        watch_tasks.nights(dag_run)

    @task(task_display_name="Aantal facturen")
    def invoice_counts(dag_run: Any = None) -> None:
        from exact_online.tasks import watch_tasks

        watch_tasks.invoice_counts(dag_run)

    @task(task_display_name="Koppelingen met Exact")
    def tokens() -> None:
        from exact_online.tasks import watch_tasks

        watch_tasks.tokens()

    @task(task_display_name="Boekjaren")
    def financial_year(dag_run: Any = None) -> None:
        from exact_online.tasks import watch_tasks

        watch_tasks.financial_year(dag_run)

    @task(task_display_name="Voorwaarden")
    def requirements(dag_run: Any = None) -> None:
        from exact_online.tasks import watch_tasks

        watch_tasks.requirements(dag_run)

    @task(task_display_name="Oudste open posten")
    def open_items(dag_run: Any = None) -> None:
        from exact_online.tasks import watch_tasks

        watch_tasks.open_items(dag_run)

    @task(task_display_name="Opruimen (bewaartermijnen)")
    def purge() -> None:
        from exact_online.tasks import watch_tasks

        watch_tasks.purge_ledger()

    # This task mails what made the checks fail; a mail about a failure is for this task alone.
    @task(
        task_display_name="Mail",
        trigger_rule=TriggerRule.ALL_DONE,
        on_failure_callback=mail_on_failure(),
    )
    def mail_support(dag_run: Any = None) -> None:
        from exact_online.tasks import watch_tasks

        watch_tasks.mail_support(dag_run)

    @task(task_display_name="Controle compleet", trigger_rule=TriggerRule.NONE_FAILED)
    def watch_complete() -> None:
        """Succeed only when no task has failed: a run has the state of its last task."""
        logging.getLogger("exact_online").info("De controle is compleet: niets is dringend.")

    checks = [nights(), invoice_counts(), tokens(), financial_year(), requirements(), open_items()]
    complete = watch_complete()
    checks >> mail_support() >> complete
    # Beside the checks: whatever is the matter with a practice, terms are kept.
    purge() >> complete
    checks >> complete

"""DAGs of 13 empty tasks: what Airflow itself costs, for tests.bench.nights."""

from __future__ import annotations

import os

from airflow.sdk import DAG, chain, task

TASKS = 13
for number in range(int(os.environ.get("EXACT_ONLINE_FLOOR_DAGS", "0"))):
    with DAG(dag_id=f"floor_{number}", schedule=None, is_paused_upon_creation=False) as dag:

        @task
        def nothing() -> None:
            """Do nothing."""

        chain(*(nothing.override(task_id=f"nothing_{place}")() for place in range(TASKS)))
    globals()[dag.dag_id] = dag

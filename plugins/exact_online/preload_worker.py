"""Loads the code of the tasks in a worker of Celery, before it forks the processes of its pool.

A worker has no `Job`, so Airflow calls no listener in it. Celery imports what its setting `imports`
names when a worker starts (`AIRFLOW__CELERY__EXTRA_CELERY_CONFIG` in include/airflow/settings.env),
and so it imports this module.
"""

from __future__ import annotations

from exact_online import preload

preload.load()

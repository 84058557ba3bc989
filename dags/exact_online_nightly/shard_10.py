"""The nightly DAGs of a part of the practices: see `exact_online.nightly_dag` (airflow)."""

from exact_online.nightly_dag import nightly_dags

globals().update(nightly_dags(shard=10))

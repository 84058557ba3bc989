"""What the tasks of the DAGs do: take connections from Airflow, do one step, and end as Airflow expects.

    connections    the two databases, opened through Airflow's hooks
    outcomes       how a step ends: failed without a retry, come back later, skipped
    night_tasks    the tasks of a practice's night
    watch_tasks    the tasks of the watch
    support_mail   mail to James Support

A DAG file imports none of these at its top: Airflow reads it every minute, and these bring pandas.
"""

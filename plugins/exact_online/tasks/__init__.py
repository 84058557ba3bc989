"""The tasks of the DAGs: each opens connections of Airflow, does one step, and ends or raises.

    connections    the two databases, opened through Airflow's hooks
    outcomes       what Airflow does next: fail without a retry, or start again later
    night_tasks    the tasks of a practice's night
    watch_tasks    the tasks of the watch
    support_mail   mail to James Support

A DAG file imports none of these at its top: Airflow reads each in a process of its own, and these
bring pandas. `failure_notifier` and `connections` do not, which a DAG file may need.
"""

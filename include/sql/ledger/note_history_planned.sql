-- Notes that every invoice of the days of an import was planned: for the run of history and its
-- night.
update run
set history_planned_at = clock_timestamp()
where practice = %(practice)s and airflow_run_id in (%(airflow_run_id)s, %(airflow_run_id)s || ':history');

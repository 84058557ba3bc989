-- A task of a run begins: whatever it failed by before, it tries again.
delete from night_failure
where practice = %(practice)s and airflow_run_id = %(airflow_run_id)s and task = %(task)s;

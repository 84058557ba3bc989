-- Why steps of a run failed, in the order in which that was seen.
select
    task,
    problems,
    noted_at
from night_failure
where practice = %(practice)s and airflow_run_id = %(airflow_run_id)s
order by noted_at, step;

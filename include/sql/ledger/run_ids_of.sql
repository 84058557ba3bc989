-- A run and the history run that belongs to it.
select run_id::text
from run
where practice = %(practice)s and airflow_run_id in (%(airflow_run_id)s, %(airflow_run_id)s || ':history');

-- The numbers of the run that an Airflow run of a practice made; none when it never came that far.
select numbers
from run
where practice = %(practice)s and airflow_run_id = %(airflow_run_id)s;

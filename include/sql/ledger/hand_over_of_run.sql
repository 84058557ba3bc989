-- The last hand-over that a run of Airflow made, itself or by the run of its history.
select f.set_id::text as set_id
from export_file as f
inner join run as r on f.practice = r.practice and f.run_id = r.run_id
where
    f.practice = %(practice)s
    and r.airflow_run_id in (%(airflow_run_id)s, %(airflow_run_id)s || ':history')
order by f.created_at desc, f.set_id asc
limit 1;

-- The code of what stopped a red task of a run, the latest.
select split_part(s.cause, ' ', 1) as code
from run_stop as s
inner join run as r on s.run_id = r.run_id
where
    r.practice = %(practice)s
    and r.airflow_run_id = %(airflow_run_id)s
    and s.task = %(task)s
    and s.is_red
order by s.noted_at desc
limit 1;

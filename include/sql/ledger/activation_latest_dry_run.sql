-- The latest dry run of a practice.
select
    run_id::text,
    airflow_run_id,
    started_at,
    finished_at,
    outcome
from run
where practice = %(practice)s and dry_run
order by started_at desc
limit 1;

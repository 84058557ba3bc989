-- The latest dry run of a practice, and the first thing that stopped it where that is known. What
-- somebody reads from the command line is none: it says nothing of a night.
select
    r.run_id::text,
    r.airflow_run_id,
    r.started_at,
    r.finished_at,
    r.outcome,
    failure.reason,
    failure.reason_values
from run as r
left join lateral first_failure(r.practice, r.airflow_run_id) as failure on r.outcome = 'failed'
where
    r.practice = %(practice)s
    and r.dry_run
    and r.airflow_run_id not like all(array['matches\_\_%%', 'read\_back\_\_%%'])
order by r.started_at desc
limit 1;

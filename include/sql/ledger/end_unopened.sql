-- Ends, as failed, a run of which the first step did not succeed: nothing else of it is done. A dry
-- run has no first step. No row when that step succeeded, and where it came to no run.
update run
set
    finished_at = coalesce(finished_at, clock_timestamp()),
    outcome = 'failed'
where
    practice = %(practice)s
    and airflow_run_id = %(airflow_run_id)s
    and ready_at is null
    and dry_run = %(dry_run)s
returning run_id::text;

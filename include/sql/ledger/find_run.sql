-- The run that an Airflow run of a practice opened; nothing when its first step has not succeeded
-- yet. A dry run has no first step.
select
    run_id::text,
    practice,
    book_day,
    dry_run,
    settings_version,
    airflow_run_id,
    backfill,
    history_from,
    history_until
from run
where practice = %(practice)s and airflow_run_id = %(airflow_run_id)s and (ready_at is not null or dry_run);

-- A run as its tasks need it.
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
where run_id = %(run_id)s;

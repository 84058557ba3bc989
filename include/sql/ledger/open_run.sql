-- Opens a run, or finds it again when its tasks were cleared: one row per practice and Airflow run.
-- Returns the run's id.
insert into run (practice, airflow_run_id, book_day, dry_run, settings_version)
values (%(practice)s, %(airflow_run_id)s, %(book_day)s, %(dry_run)s, %(settings_version)s)
on conflict (practice, airflow_run_id) do update
    set
        book_day = excluded.book_day,
        dry_run = excluded.dry_run,
        settings_version = excluded.settings_version,
        ready_at = null,
        finished_at = null,
        outcome = null
returning run_id;

-- Notes why a step of a run failed.
insert into night_failure (practice, airflow_run_id, step, task, problems)
values (%(practice)s, %(airflow_run_id)s, %(step)s, %(task)s, %(problems)s)
on conflict (practice, airflow_run_id, step) do update
    set problems = excluded.problems, noted_at = clock_timestamp();

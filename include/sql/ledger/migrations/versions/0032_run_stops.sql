-- What stopped the tasks of a run: one cause is one red task.
create table run_stop (
    run_id uuid not null references run on delete cascade,
    cause text not null,
    task text not null,
    not_done text[] not null default '{}',
    noted_at timestamptz not null default clock_timestamp(),
    primary key (run_id, cause)
);
comment on table run_stop is 'Per run and cause: the red task, and the later ones that were skipped for the same cause';

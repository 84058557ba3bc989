-- What a run has not done, and what a person closed.

-- 1. One row per step that stopped or was skipped, so that a step takes away its own when it begins
-- anew, and what was skipped is known until then. The rows of a run that is under way are not kept:
-- a task that is cleared makes its own again.
drop table run_stop;
create table run_stop (
    run_id uuid not null references run on delete cascade,
    step text not null,
    task text not null,
    cause text not null,
    is_red boolean not null,
    noted_at timestamptz not null default clock_timestamp(),
    primary key (run_id, step)
);
comment on table run_stop is
'Per run the steps that stopped by a cause: those of the task that is red for it, and later ones that were skipped';

-- 2. What a person closed, apart from what is open; numbers from before this version have it there.
-- Index `run_night` and view `practice_status` take it up in version 0042.
alter table run add column closed_cents bigint generated always as (
    case when numbers is not null then coalesce((numbers ->> 'closed_cents')::bigint, 0) end
) stored;

-- Which steps of a run came to an end: one that is begun again after that was cleared by a person, who changed something.
create table ended_step (
    run_id uuid not null references run on delete cascade,
    step text not null,
    ended_at timestamptz not null default clock_timestamp(),
    primary key (run_id, step)
);
comment on table ended_step is 'Steps of runs that ended, well or not: begun again, they read settings, lists and relations anew';

-- The scopes of our app at Exact that a call was denied for. They belong to the app, so no practice asks while one is open.
create table missing_scope (
    client_id text not null,
    scope text not null,
    practice_division integer,
    found_at timestamptz not null default clock_timestamp(),
    reported_at timestamptz,
    cleared_at timestamptz,
    primary key (client_id, scope)
);
comment on table missing_scope is 'Scopes (scope:level) that the registration of our app lacks at Exact: nobody asks while one was found within a day';

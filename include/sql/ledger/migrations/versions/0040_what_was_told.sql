-- What was told of what is open, why nights failed, and what stops all practices at once.

-- 1. Each thing that is open, and when a mail told it: new things are told, and old ones at some ages.
create table told_item (
    practice text not null references practice,
    subject text not null,
    reason text not null,
    cause_id text not null,
    is_of_night boolean not null,
    is_waiting boolean not null,
    since timestamptz not null,
    mailed_on date,
    digest_on date,
    primary key (practice, subject, reason)
);
comment on table told_item is
'What is open now, a row per record and reason, with when the mail of its night and the digest told it';
comment on column told_item.is_of_night is 'A failure of the latest night, and no row of v_open_items';
comment on column told_item.is_waiting is 'It waits for another record that has the cause';

create table told_practice (
    practice text primary key references practice,
    mailed_at timestamptz not null default clock_timestamp()
);
comment on table told_practice is 'Practices about which something was mailed: they are told when all is well again';

-- 2. Why steps of a night failed, until they succeed; also of a night that was never opened.
create table night_failure (
    practice text not null references practice,
    airflow_run_id text not null,
    step text not null,
    task text not null,
    problems jsonb not null,
    noted_at timestamptz not null default clock_timestamp(),
    primary key (practice, airflow_run_id, step)
);
create index night_failure_noted on night_failure (noted_at);
comment on table night_failure is 'Per step of a run the codes of what it failed by, with their values: for mail';

-- 3. What stops all practices at once is told once, and once more when it is over.
create table outage (
    outage_id bigint generated always as identity primary key,
    shared text not null,
    code text not null,
    code_values jsonb not null,
    began_at timestamptz not null,
    last_failure_at timestamptz not null default clock_timestamp(),
    answered_at timestamptz,
    ended_at timestamptz
);
create unique index outage_open on outage (shared) where ended_at is null;
comment on table outage is 'When something that all practices share did not work: Exact, the app, James';
comment on column outage.shared is 'exact, app or james (stops.toml)';
comment on column outage.answered_at is 'When it last worked for a practice, since it began';

create table outage_practice (
    outage_id bigint not null references outage on delete cascade,
    practice text not null references practice,
    airflow_run_id text not null,
    primary key (outage_id, practice)
);
comment on table outage_practice is 'Whose nights failed by an outage, with the last of them';

-- 4. The statement of a month is made once.
create table month_statement (
    practice text not null references practice,
    month date not null,
    numbers jsonb not null,
    to_practice boolean not null,
    made_at timestamptz not null default clock_timestamp(),
    primary key (practice, month)
);
comment on table month_statement is 'Statements that were mailed when a month was over, with the numbers that they had; cents';
comment on column month_statement.to_practice is 'To the practice''s own address; else it is among those that James Support got';

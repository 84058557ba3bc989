-- What is required of a practice's division, as it was read last, and what people confirmed (M7-M16).
create table requirement_check (
    practice text primary key references practice,
    division integer not null,
    settings_version integer not null,
    requirements jsonb not null,
    checked_by text not null check (checked_by <> ''),
    checked_at timestamptz not null default clock_timestamp()
);
comment on table requirement_check is 'The list of requirements of a practice as it was read last';
comment on column requirement_check.requirements is
'Per item its state, codes and values of what was found, last day, and what a person would confirm';

create table requirement_confirmation (
    confirmation_id bigint generated always as identity primary key,
    practice text not null references practice,
    requirement text not null,
    subject text not null,
    confirmed_by text not null check (confirmed_by <> ''),
    confirmed_at timestamptz not null default clock_timestamp()
);
create index requirement_confirmation_practice on requirement_confirmation (practice);
comment on table requirement_confirmation is
'Who confirmed what Exact gives no way to read; never changed';
comment on column requirement_confirmation.subject is
'What exactly was confirmed: when that changes, the confirmation says nothing any more';
create trigger requirement_confirmation_is_append_only before update on requirement_confirmation
for each row execute function deny_change_of_events();

-- What people did with a practice on the pages, and whose personal data they looked at there.
create table practice_event (
    event_id bigint generated always as identity primary key,
    practice text not null references practice,
    at timestamptz not null default clock_timestamp(),
    who text not null check (who <> ''),
    event text not null check (event in (
        'added', 'settings_saved', 'link_sent', 'consent_given', 'division_chosen', 'identity_confirmed',
        'requirement_confirmed', 'first_sync_date_set', 'activated', 'deactivated', 'disconnected'
    )),
    details jsonb not null default '{}'
);
create index practice_event_practice on practice_event (practice, event_id);
comment on table practice_event is 'The audit log of a practice: who did what, when; never changed';
create function deny_change_of_events() returns trigger language plpgsql as $$
begin
    raise exception 'practice_event is append-only';
end $$;
create trigger practice_event_is_append_only before update on practice_event
for each row execute function deny_change_of_events();

create table access_log (
    access_id bigint generated always as identity primary key,
    practice text not null references practice,
    at timestamptz not null default clock_timestamp(),
    who text not null check (who <> ''),
    subject text not null
);
create index access_log_practice on access_log (practice, at);
create index access_log_at on access_log (at);
comment on table access_log is 'Who looked at the details of which debtor, as care law asks';
comment on column access_log.subject is 'The record whose personal data was shown: debiteur:1001';

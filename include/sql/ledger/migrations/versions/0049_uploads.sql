-- History goes to Exact in uploads of many entries where its practice wants that (decision 0017).
create table upload (
    upload_id bigint generated always as identity primary key,
    practice text not null references practice,
    run_id uuid not null references run,
    entries integer not null check (entries >= 0),
    made_at timestamptz not null default clock_timestamp(),
    outcome text check (outcome in ('answered', 'lost', 'denied', 'not_sent')),
    booked integer not null default 0,
    rejected integer not null default 0
);
create index upload_of_run on upload (run_id);
comment on table upload is
'Calls with many entries of history each; one without an entry is the check that the upload still works';
comment on column upload.outcome is
'answered: by messages that we understand; lost: nobody knows; denied: Exact does not serve it; null: the worker died';
comment on column upload.booked is 'How many of its entries were read in Exact right after the answer, with equal content';

alter table booking add column upload_id bigint;
comment on column booking.upload_id is 'The upload of its last attempt; null: it went by itself, or was never sent';

-- What can be stopped for all practices at once.
create table fleet_switch (
    name text primary key check (name in ('bulk')),
    is_on boolean not null,
    changed_by text not null check (changed_by <> ''),
    reason text not null check (reason <> ''),
    changed_at timestamptz not null default clock_timestamp()
);
comment on table fleet_switch is 'Switches for the whole fleet, with who set them last and why; one that nobody set is on';

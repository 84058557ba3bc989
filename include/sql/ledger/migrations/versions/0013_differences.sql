-- What James and Exact have otherwise than was booked: observed, given one cause each, and followed to its end.

-- 1. The mirror also knows for whom, in which period, under which VAT code and reference. It is read anew.
delete from exact_line;
delete from exact_cursor;
alter table exact_line add column financial_period integer not null;
alter table exact_line add column relation_id uuid;
alter table exact_line add column vat_code text;
alter table exact_line add column reference text;
comment on column exact_line.reference is
'Your reference, or a description that is a number: an invoice number, never a text about somebody';
create index exact_line_reference on exact_line (practice, reference) where reference is not null;

-- 2. For which relation a booking was booked, and the state of what will not be booked any more.
alter table booking add column booked_relation uuid;
comment on column booking.booked_relation is 'The relation in Exact that the entry was sent for';
update booking as b
set booked_relation = r.exact_id
from relation as r
where
    b.practice = r.practice
    and b.debtor_number = r.debtor_number
    and b.kind <> 'debtor'
    and b.state = 'booked';
create index booking_reference on booking (practice, reference);
alter table booking add column closed_by_person boolean not null default false;
comment on column booking.closed_by_person is 'A person said that it will not be booked; else it was removed everywhere';

alter table booking drop constraint booking_state_check;
alter table booking add constraint booking_state_check check (
    state in ('held', 'planned', 'sending', 'booked', 'rejected', 'doubtful', 'exported', 'closed')
);
alter table booking_move drop constraint booking_move_from_state_check;
alter table booking_move add constraint booking_move_from_state_check check (
    from_state in ('new', 'held', 'planned', 'sending', 'booked', 'rejected', 'doubtful', 'exported', 'closed')
);
alter table booking_move drop constraint booking_move_to_state_check;
alter table booking_move add constraint booking_move_to_state_check check (
    to_state in ('held', 'planned', 'sending', 'booked', 'rejected', 'doubtful', 'exported', 'closed')
);

insert into booking_move (from_state, to_state, why)
values
('booked', 'booked', 'People made James and Exact equal again: the ledger takes over what both have; nothing is sent.'),
('booked', 'closed', 'It was removed in James and in Exact, or a person says that it will not be booked again.'),
('rejected', 'closed', 'It is not in James any more, or a person says that it will not be booked.'),
('held', 'closed', 'It is not in James any more, or a person says that it will not be booked.');

-- 3. What James has now where it is not what was booked.
create table james_change (
    practice text not null references practice,
    source_key text not null,
    found jsonb,                            -- the booking as it would be planned now; null when it is gone
    run_id uuid not null references run,    -- the run that saw it first
    noted_at timestamptz not null default now(),
    primary key (practice, source_key)
);
comment on table james_change is 'Booked, handed over, rejected or held, and other or gone in James now; no text about anybody';

-- 4. The differences, one cause each.
create table difference (
    difference_id bigint generated always as identity primary key,
    practice text not null references practice,
    subject text not null,                  -- what it is about: a source key, exact:<entry id>, or cell:<group>/<rate>
    source_key text,
    entry_id uuid,
    kind text not null,
    cause text not null,
    day date,                               -- of the invoice or entry; null where there is none
    james_cents bigint not null,
    exact_cents bigint not null,
    differs text not null default '',       -- names of what differs, with blanks between
    cells jsonb not null default '[]',      -- [revenue group, VAT rate, cents that James has more than Exact]
    first_run uuid not null references run,
    since timestamptz not null default now(),
    last_run uuid not null references run,
    last_seen timestamptz not null default now(),
    worse_run uuid references run,          -- the run that last saw it grow
    accepted_by text,                       -- who said that it may stay as it is
    ended_at timestamptz,
    ended_how text check (ended_how in ('equal', 'act')),
    check ((ended_at is null) = (ended_how is null))
);
create unique index difference_open on difference (practice, subject) where ended_at is null;
create index difference_source_key on difference (practice, source_key);
comment on table difference is 'Where James and Exact differ: one cause, both sides, since when and until when';

insert into difference (
    practice, subject, source_key, kind, cause, james_cents, exact_cents, differs, first_run, since, last_run,
    last_seen
)
select distinct on (d.practice, d.subject)
    d.practice,
    d.subject,
    d.source_key,
    d.kind,
    d.reason,
    case
        when d.reason = 'gone_in_source' then 0
        when d.reason = 'changed_after_booking' then coalesce(d.found_cents, 0)
        else d.booked_cents
    end,
    case
        when d.reason in ('changed_in_exact', 'gone_in_exact') then coalesce(d.found_cents, 0)
        else d.booked_cents
    end,
    '' as differs,
    d.run_id as first_run,
    min(d.found_at) over (partition by d.practice, d.subject),
    d.run_id as last_run,
    d.found_at
from (
    select
        *,
        source_key || case reason when 'debtor_double_in_exact' then ' ' || found_fingerprint else '' end as subject
    from drift
) as d
order by d.practice asc, d.subject asc, d.found_at desc;
drop table drift;

-- 5. Views have the columns that there were when they were made.
create or replace view current_booking as
select distinct on (practice, source_key) *  -- noqa: AM04
from booking
order by practice asc, source_key asc, version desc;

create or replace view attention_booking as
select
    booking_id,
    practice,
    source_key,
    kind,
    state,
    debtor_number,
    entry_number,
    reference,
    reason,
    reason_values,
    exact_message,
    total_cents,
    planned_at,
    payload is null as is_unsendable
from current_booking
where state not in ('booked', 'exported', 'closed');

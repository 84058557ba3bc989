-- What James said of the invoices of each month when their keys were read last. A night asks James
-- for the same figures and reads the keys of the months that differ (docs/decisions/0023).
create table james_month (
    practice text not null references practice,
    month date not null,
    invoices bigint not null,
    digest numeric not null,
    totals jsonb not null,
    run_id uuid,
    settled boolean not null default false,
    read_at timestamptz not null default clock_timestamp(),
    primary key (practice, month)
);
comment on table james_month is 'What James said of the final invoices and claims of a month when a run read their keys';
comment on column james_month.month is 'Its first day; -infinity for what has no day';
comment on column james_month.digest is 'A sum of hashes over all of them, made by James; means nothing but equal or not';
comment on column james_month.totals is 'What they come to, by revenue_totals.sql';
comment on column james_month.run_id is
'The run that read it; null when something of it was on its way to Exact, so that the next night reads it again';
comment on column james_month.settled is
'Whether the ledger has all of them as James had them: while James says the same, no key of the month is read';

-- When all of a practice was read last, and by which rules.
create table james_reading (
    practice text primary key references practice,
    basis text not null,
    full_day date not null,
    run_id uuid not null,
    read_at timestamptz not null default clock_timestamp()
);
comment on table james_reading is 'When a practice was read from James in full';
comment on column james_reading.basis is
'Digest of what the months are compared by: code of the practice, first day, statements of James';
comment on column james_reading.full_day is 'The book day of the run that read all';

-- What is booked again when James has it still: looked for each night.
create index booking_closed_for_now on booking (practice, source_key)
where state = 'closed' and not closed_by_person and is_latest;

-- What was shortened or left out of a debtor on its way to Exact: said once per value (F8, F10).

create table notice (
    practice text not null references practice,
    source_key text not null,
    reason text not null,
    reason_values jsonb not null,
    run_id uuid not null references run,
    noted_at timestamptz not null default now(),
    primary key (practice, source_key, reason, reason_values)
);
comment on table notice is 'Values of booked debtors that Exact could not have as James has them; personal data, purged with the staged rows';

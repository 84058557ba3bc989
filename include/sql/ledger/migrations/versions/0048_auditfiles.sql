-- What came of comparing an auditfile that Exact exported with the ledger. The file itself is not kept.
create table auditfile_comparison (
    comparison_id uuid primary key default gen_random_uuid(),
    practice text not null references practice,
    made_by text not null,
    made_at timestamptz not null default now(),
    file_sha256 text not null,
    header jsonb not null,
    numbers jsonb not null
);
create index auditfile_comparison_practice on auditfile_comparison (practice, made_at);
comment on table auditfile_comparison is 'An auditfile of Exact beside the ledger: what the file says of itself, and counts';

create table auditfile_finding (
    comparison_id uuid not null references auditfile_comparison on delete cascade,
    finding_number integer not null,
    kind text not null check (kind in ('missing', 'elsewhere', 'extra', 'amount', 'account', 'period', 'vat_code')),
    source_key text not null,
    details jsonb not null,
    primary key (comparison_id, finding_number)
);
comment on table auditfile_finding is 'One difference of a comparison; codes, numbers and cents, nothing of a person';

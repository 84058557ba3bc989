-- What James said of each group of debtors when it was read last. A night asks James for the same
-- figures and reads the debtors of the groups that differ (docs/decisions/0024).
create table james_debtor_bucket (
    practice text not null references practice,
    bucket smallint not null,
    debtors integer not null,
    digest numeric not null,
    basis text not null,
    run_id uuid,
    settled boolean not null default false,
    read_at timestamptz not null default clock_timestamp(),
    primary key (practice, bucket)
);
comment on table james_debtor_bucket is 'What James said of the debtors of a practice whose numbers have one hash';
comment on column james_debtor_bucket.digest is 'A sum of hashes over all of them, made by James; means nothing but equal or not';
comment on column james_debtor_bucket.basis is
'Digest of what they were planned by: code of the practice, statement of James, settings and lists';
comment on column james_debtor_bucket.run_id is
'The run that read it; null when a debtor of it was planned or erased beside that run, so that the next night reads it again';
comment on column james_debtor_bucket.settled is
'Whether the ledger has all of them as James had them: while James says the same, none of them is read';

-- Whom James has. What was staged holds the debtors that a night read, and no others.
create table james_debtor (
    practice text not null references practice,
    debtor_number text not null,
    bucket smallint,
    primary key (practice, debtor_number)
);
comment on table james_debtor is 'The debtors that James had of a practice when it was read last';
comment on column james_debtor.debtor_number is 'Without blanks around it; empty for debtors without a number';
comment on column james_debtor.bucket is 'Null until a night has read James by these groups';

alter table staged_debtor add column bucket smallint;
comment on column staged_debtor.bucket is 'The group that James put the debtor in; null for a run that read some debtors by their numbers';

-- Until the first night that reads by groups: whom the last reading has.
insert into james_debtor (practice, debtor_number)
select distinct
    last_read.practice,
    btrim(coalesce(s.debtor_number, ''))
from (
    select distinct on (r.practice)
        r.practice,
        r.run_id
    from run as r
    where
        exists (
            select 1
            from staged_debtor as any_debtor
            where any_debtor.run_id = r.run_id
        )
    order by r.practice asc, coalesce(r.read_at, r.started_at) desc
) as last_read
inner join staged_debtor as s on last_read.run_id = s.run_id;

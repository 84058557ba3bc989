-- Keeps what James said of the groups that were read, and whom James has of them. A group is
-- settled when the run has planned what it fetched (stage_settle_buckets.sql). Promises that
-- `james_debtor` has whom James has, and nobody else.
with now_there as (
    select
        f.bucket,
        f.debtors,
        f.digest
    from jsonb_to_recordset(%(figures)s::jsonb) as f (bucket smallint, debtors integer, digest numeric)
    where f.bucket = any(%(buckets)s::smallint[])
),

staged as (
    select
        btrim(coalesce(s.debtor_number, '')) as debtor_number,
        min(s.bucket) as bucket
    from staged_debtor as s
    where s.run_id = %(run_id)s and s.bucket = any(%(buckets)s::smallint[])
    group by btrim(coalesce(s.debtor_number, ''))
),

past as (
    delete from james_debtor_bucket as k
    where
        k.practice = %(practice)s
        and k.bucket = any(%(buckets)s::smallint[])
        and k.bucket not in (select n.bucket from now_there as n)
),

gone as (
    delete from james_debtor as j
    where
        j.practice = %(practice)s
        and (j.bucket is null or j.bucket = any(%(buckets)s::smallint[]))
        and not exists (
            select 1
            from staged as s
            where s.debtor_number = j.debtor_number
        )
),

there as (
    insert into james_debtor (practice, debtor_number, bucket)
    select
        %(practice)s,
        debtor_number,
        bucket
    from staged
    on conflict (practice, debtor_number) do update
        set bucket = excluded.bucket
        where james_debtor.bucket is distinct from excluded.bucket
)

insert into james_debtor_bucket (practice, bucket, debtors, digest, basis, run_id)
select
    %(practice)s,
    bucket,
    debtors,
    digest,
    %(basis)s,
    %(run_id)s
from now_there
order by bucket
on conflict (practice, bucket) do update
    set
        debtors = excluded.debtors,
        digest = excluded.digest,
        basis = excluded.basis,
        run_id = excluded.run_id,
        settled = false,
        read_at = clock_timestamp();

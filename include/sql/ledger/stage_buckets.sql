-- Which groups of debtors are read: those of which James says other figures than when they were
-- read last, those that were planned by other rules, those of which the ledger lacked something,
-- and those that James has no more. `in_full`: all of them.
select coalesce(n.bucket, k.bucket) as bucket
from
    jsonb_to_recordset(%(figures)s::jsonb) as n (bucket smallint, debtors integer, digest numeric)
full join (
    select
        bucket,
        debtors,
        digest,
        basis,
        settled
    from james_debtor_bucket
    where practice = %(practice)s
) as k on n.bucket = k.bucket
where
    %(in_full)s
    or not coalesce(
        k.settled and k.basis = %(basis)s and k.debtors = n.debtors and k.digest = n.digest, false
    )
order by bucket;

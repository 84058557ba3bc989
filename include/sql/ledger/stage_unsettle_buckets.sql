-- Lets the next night read the groups of some debtors again: they were planned with what James had
-- beside its nights, or erased, and the figures of James may be those of before.
with chosen as (
    select k.bucket
    from james_debtor_bucket as k
    where
        k.practice = %(practice)s
        and k.bucket in (
            select j.bucket
            from james_debtor as j
            where j.practice = %(practice)s and j.debtor_number = any(%(debtor_numbers)s::text[])
        )
    order by k.bucket
    for update
)

update james_debtor_bucket as k
set settled = false, run_id = null
from chosen
where k.practice = %(practice)s and k.bucket = chosen.bucket;

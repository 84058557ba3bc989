-- Entries in our journals in Exact, as last read, that no booking of the ledger is: how many, and
-- their cents on the debit side.
select
    count(distinct x.entry_id)::integer as entries,
    coalesce(sum(x.cents) filter (where x.cents > 0), 0)::bigint as cents
from exact_line as x
where
    x.practice = %(practice)s
    and not exists (
        select 1
        from booking as b
        where b.exact_id = x.entry_id and b.kind <> 'debtor'
    );

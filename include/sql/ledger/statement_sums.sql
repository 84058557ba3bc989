-- What became of the invoices and claims of a practice of some days: number and gross cents per
-- state, the latest version of each.
select
    b.state,
    count(*)::integer as invoices,
    coalesce(sum(b.total_cents), 0)::bigint as cents
from booking as b
where
    b.practice = %(practice)s
    and b.kind <> 'debtor'
    and b.entry_date >= %(from_date)s
    and b.entry_date < %(before_date)s
    and not exists (
        select 1
        from booking as newer
        where newer.practice = b.practice and newer.source_key = b.source_key and newer.version > b.version
    )
group by b.state
order by b.state;

-- The invoices of some days that are neither booked, handed over nor closed, per state and reason.
select
    b.state,
    b.reason,
    count(*) as records,
    coalesce(sum(b.total_cents), 0)::bigint as cents
from current_booking as b
where
    b.practice = %(practice)s
    and b.kind <> 'debtor'
    and b.state not in ('booked', 'exported', 'closed')
    and (
        (b.entry_date >= %(first_day)s and b.entry_date < %(before)s)
        or (b.entry_date is null and b.run_id = %(run_id)s)
    )
group by b.state, b.reason
order by records desc, b.state asc, b.reason asc;

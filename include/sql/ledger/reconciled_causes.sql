-- The open differences per month of the invoice, and cause: how many, and cents on both sides.
-- Those that the state of a booking explains are among them. No month: of no one invoice.
select
    date_trunc('month', d.day)::date as month,
    d.cause,
    d.accepted_by is not null as is_accepted,
    count(*) as items,
    sum(d.james_cents)::bigint as james_cents,
    sum(d.exact_cents)::bigint as exact_cents
from difference as d
where
    d.practice = %(practice)s
    and d.ended_at is null
    and d.kind <> 'debtor'
    and (d.day is null or (d.day >= %(from_date)s and d.day < %(before_date)s))
group by 1, 2, 3
order by 1, 2, 3;

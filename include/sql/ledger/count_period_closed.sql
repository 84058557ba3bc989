-- What waits for a closed period: held, or rejected by Exact; of one period, of a financial year or
-- of all.
select
    count(*)::integer as records,
    coalesce(sum(abs(b.total_cents)), 0)::bigint as cents
from open_booking as o
inner join booking as b on o.booking_id = b.booking_id
where
    b.practice = %(practice)s
    and b.state in ('held', 'rejected')
    and b.reason = 'period_closed'
    and (%(year)s::integer is null or b.financial_year = %(year)s)
    and (%(period)s::integer is null or b.financial_period = %(period)s);

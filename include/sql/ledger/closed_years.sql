-- What waits for a closed period, per financial year. Cents are gross.
select
    b.financial_year as year,
    count(distinct b.financial_period)::integer as periods,
    count(*)::integer as records,
    coalesce(sum(b.total_cents), 0)::bigint as cents
from open_booking as o
inner join booking as b on o.booking_id = b.booking_id
where
    b.practice = %(practice)s
    and b.state in ('held', 'rejected')
    and b.reason = 'period_closed'
    and b.financial_year is not null
group by b.financial_year
order by b.financial_year;

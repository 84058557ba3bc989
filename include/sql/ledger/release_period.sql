-- held -> planned, and rejected, to be tried again: what waits for a closed period, of one period,
-- of a financial year or of all. The next night sends it under its own number; where the period is
-- closed still, it is held once more, or Exact rejects it.
update booking as b
set
    rejected_under = null,
    rejected_times = 0,
    state = case when b.state = 'held' then 'planned' else b.state end,
    reason = case when b.state = 'held' then null else b.reason end,
    reason_values = case when b.state = 'held' then null else b.reason_values end,
    moved_in_run = case when b.state = 'held' then latest.run_id else b.moved_in_run end
from open_booking as o
cross join
    lateral (
        select r.run_id
        from run as r
        where r.practice = %(practice)s
        order by r.started_at desc
        limit 1
    ) as latest
where
    b.booking_id = o.booking_id
    and b.practice = %(practice)s
    and b.state in ('held', 'rejected')
    and b.reason = 'period_closed'
    and (%(year)s::integer is null or b.financial_year = %(year)s)
    and (%(period)s::integer is null or b.financial_period = %(period)s)
returning b.booking_id;

-- held -> planned, and rejected, to be tried again: what waits for a closed period, of one period,
-- of a financial year or of all. The next night sends it under its own number; where the period is
-- closed still, it is held once more, or Exact rejects it.
with waiting as (
    select
        o.booking_id,
        b.state
    from open_booking as o
    inner join booking as b on o.booking_id = b.booking_id
    where
        b.practice = %(practice)s
        and b.state in ('held', 'rejected')
        and b.reason = 'period_closed'
        and (%(year)s::integer is null or b.financial_year = %(year)s)
        and (%(period)s::integer is null or b.financial_period = %(period)s)
),

let_go as (
    update booking as b
    set
        rejected_under = null,
        rejected_times = 0,
        state = 'planned',
        reason = null,
        reason_values = null,
        moved_in_run = b.run_id
    from waiting as w
    where b.booking_id = w.booking_id and w.state = 'held'
    returning b.booking_id
),

tried_again as (
    update booking as b
    set rejected_under = null, rejected_times = 0
    from waiting as w
    where b.booking_id = w.booking_id and w.state = 'rejected'
    returning b.booking_id
)

select booking_id
from let_go
union all
select booking_id
from tried_again;

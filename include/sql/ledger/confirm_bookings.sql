-- sending or doubtful -> booked: Exact has them, each under its id. Promises that none is ever sent
-- again: no move leads from booked to a state that is sent. The relation that a debtor became is
-- ours as it will be read next.
with made as (
    select *  -- noqa: AM04
    from unnest(%(booking_ids)s::bigint[], %(exact_ids)s::uuid[]) as m (booking_id, exact_id)
),

written as (
    update relation as r
    set own_version = null
    from made
    inner join booking as of_debtor on made.booking_id = of_debtor.booking_id
    where
        of_debtor.kind = 'debtor'
        and r.practice = of_debtor.practice
        and r.debtor_number = of_debtor.debtor_number
)

update booking as b
set
    state = 'booked',
    moved_in_run = %(run_id)s,
    exact_id = made.exact_id,
    booked_relation = (
        select r.exact_id
        from relation as r
        where b.kind <> 'debtor' and r.practice = b.practice and r.debtor_number = b.debtor_number
    ),
    booked_at = clock_timestamp(),
    claimed_by = null,
    claimed_until = null,
    unknown_since = null,
    absent_since = null,
    reason = null,
    reason_values = null,
    exact_message = null
from made
where b.booking_id = made.booking_id and b.state in ('sending', 'doubtful')
returning b.booking_id;

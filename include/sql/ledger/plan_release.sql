-- What Exact refused and still reads the same is tried once more tonight (M21): same row, next version.
-- What Exact had twice is asked for, never sent again.
with released as (
    update booking as b
    set
        state = case when b.reason = 'double_in_exact' then 'doubtful' else 'planned' end,
        unknown_since = case when b.reason = 'double_in_exact' then clock_timestamp() end,
        version = b.version + 1,
        run_id = %(run_id)s,
        reason = null,
        reason_values = null,
        exact_message = null
    from new_booking as n, current_booking as latest
    where
        latest.booking_id = b.booking_id
        and b.practice = %(practice)s
        and n.kind = b.kind
        and n.source_key = b.source_key
        and n.fingerprint = b.fingerprint
        and b.state = 'rejected'
        and n.reason is null
        and (b.reason <> 'double_in_exact' or b.run_id <> %(run_id)s)
    returning b.booking_id, b.attempt, b.state
)

insert into booking_history (booking_id, run_id, from_state, to_state, attempt)
select
    booking_id,
    %(run_id)s,
    'rejected',
    state,
    attempt
from released;

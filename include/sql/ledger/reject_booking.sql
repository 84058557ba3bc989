-- planned, sending or doubtful -> rejected, with its reason and Exact's own words.
-- Promises that it is not sent again but as its next version, by plan_release.sql or
-- release_rejected.sql; and that plan_release.sql can see whether anything changed since.
update booking as b
set
    state = 'rejected',
    moved_in_run = %(run_id)s,
    rejected_under = present.circumstances,
    rejected_times = case when b.rejected_under = present.circumstances then b.rejected_times else 0 end + 1,
    rejected_attempt = case when %(reason)s <> 'double_in_exact' then b.attempt else b.rejected_attempt end,
    reason = %(reason)s,
    reason_values = %(reason_values)s,
    exact_message = %(exact_message)s,
    claimed_by = null,
    claimed_until = null,
    unknown_since = null,
    absent_since = null
from (select circumstances(%(booking_id)s, %(run_id)s) as circumstances) as present
where b.booking_id = %(booking_id)s and b.state in ('planned', 'sending', 'doubtful')
returning b.booking_id;

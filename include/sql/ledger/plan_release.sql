-- rejected -> planned (or exported, in a hand-over): what Exact rejected and still reads the same
-- is tried once more tonight (M21): same row, next version. What Exact had twice becomes doubtful:
-- promises that it is read again and never sent again. planned or held -> exported, in a hand-over:
-- what was never sent goes into the workbook, so that nothing goes both ways (M20).
update booking as b
set
    state = case
        when b.reason = 'double_in_exact' then 'doubtful'
        when %(exported)s then 'exported'
        else 'planned'
    end,
    moved_in_run = %(run_id)s,
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
    and (b.state = 'rejected' or (%(exported)s and b.state in ('planned', 'held') and b.attempt = 0))
    and n.reason is null
    and (b.reason is distinct from 'double_in_exact' or b.run_id <> %(run_id)s);

-- rejected -> planned for a batch that ended with rejections and is run again by a person: same
-- content, next version (M21). What Exact had twice becomes doubtful: promises that it is read
-- again and never sent again.
update booking
set
    state = case when reason = 'double_in_exact' then 'doubtful' else 'planned' end,
    moved_in_run = %(run_id)s,
    unknown_since = case when reason = 'double_in_exact' then clock_timestamp() end,
    version = version + 1,
    reason = null,
    reason_values = null,
    exact_message = null
where
    practice = %(practice)s
    and kind = %(kind)s
    and booking_id between %(first_id)s and %(last_id)s
    and state = 'rejected'
    and payload is not null
    and booking_id in (
        select latest.booking_id from current_booking as latest where latest.practice = %(practice)s
    );

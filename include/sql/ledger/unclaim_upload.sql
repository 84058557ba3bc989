-- sending -> planned for all entries of an upload: certainly never sent, or certainly not executed.
-- Promises what unclaim_bookings.sql promises.
update booking
set
    state = 'planned',
    moved_in_run = %(run_id)s,
    attempt = attempt - case when %(reached_exact)s then 0 else 1 end,
    claimed_by = null,
    claimed_until = null
where upload_id = %(upload_id)s and practice = %(practice)s and state = 'sending'
returning booking_id;

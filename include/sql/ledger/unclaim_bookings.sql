-- sending -> planned: certainly never sent, or certainly not executed.
-- Promises, of each, that sending it again books it once: only its claim is taken back. Without a
-- call that reached Exact it was no attempt: the booking may then take over what James has now.
update booking
set
    state = 'planned',
    moved_in_run = %(run_id)s,
    attempt = attempt - case when %(reached_exact)s then 0 else 1 end,
    claimed_by = null,
    claimed_until = null
where booking_id = any(%(booking_ids)s) and state = 'sending'
returning booking_id;

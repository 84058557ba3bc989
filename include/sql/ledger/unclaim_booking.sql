-- sending -> planned: certainly never sent, or certainly not executed.
-- Promises that sending it again books it once: only its claim is taken back.
update booking
set
    state = 'planned',
    moved_in_run = %(run_id)s,
    claimed_by = null,
    claimed_until = null
where booking_id = %(booking_id)s and state = 'sending'
returning booking_id;

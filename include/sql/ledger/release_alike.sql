-- held -> planned: what was not sent because Exact rejected others. Another run, or a person who
-- begins the batch again, tries them again.
update booking
set
    state = 'planned',
    moved_in_run = %(run_id)s,
    reason = null,
    reason_values = null
where
    practice = %(practice)s
    and kind = %(kind)s
    and turn = %(turn)s
    and booking_id between %(first_id)s and %(last_id)s
    and state = 'held'
    and reason = 'others_rejected'
    and (moved_in_run <> %(run_id)s or %(again)s);

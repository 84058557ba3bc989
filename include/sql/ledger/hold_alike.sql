-- planned -> held for what is left of a batch when Exact rejects all for one cause; planned ->
-- rejected for what was sent before, which keeps the content that it was sent with.
-- Promises that it costs no call until another run, or a person, tries a few again.
update booking
set
    state = case when attempt = 0 then 'held' else 'rejected' end,
    moved_in_run = %(run_id)s,
    reason = 'others_rejected',
    reason_values = jsonb_build_object(
        'cause', %(cause)s::text, 'debtor', debtor_number, 'number', coalesce(entry_number::text, reference)
    )
where
    practice = %(practice)s
    and kind = %(kind)s
    and turn = %(turn)s
    and booking_id between %(first_id)s and %(last_id)s
    and state = 'planned';

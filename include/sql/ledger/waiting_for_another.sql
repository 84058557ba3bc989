-- Held bookings whose cause is another booking that is not booked: their debtor, or the invoice
-- that they credit. That one is rejected, or was not sent, and has a red task of its own. What
-- waits for the hand-over of this night is nobody's task.
select b.booking_id
from current_booking as b
left join current_booking as cause
    on
        b.practice = cause.practice
        and cause.source_key = case
            when b.reason = 'waiting_for_original' then b.credits_key
            else 'debiteur:' || b.debtor_number
        end
where
    b.practice = %(practice)s
    and b.state = 'held'
    and (
        b.reason = 'to_be_handed_over'
        or (
            b.reason in ('debtor_not_booked', 'debtor_identity_changed', 'waiting_for_original')
            and cause.state not in ('booked', 'exported', 'closed')
        )
    )
    and b.booking_id = any(%(booking_ids)s);

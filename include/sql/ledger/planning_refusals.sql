-- What this run refused before sending: by the booking rules, or by the check against the division's lists.
select
    booking_id,
    source_key,
    kind,
    state,
    debtor_number,
    entry_number,
    reference,
    reason,
    reason_values,
    exact_message
from current_booking
where
    practice = %(practice)s
    and state = 'rejected'
    and payload is null
order by booking_id;

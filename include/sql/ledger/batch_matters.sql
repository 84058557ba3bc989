-- What of a batch is not booked now.
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
from booking
where
    practice = %(practice)s
    and kind = %(kind)s
    and booking_id between %(first_id)s and %(last_id)s
    and state not in ('booked', 'exported')
    and booking_id in (select latest.booking_id from current_booking as latest where latest.practice = %(practice)s)
order by booking_id;

-- What of a batch is refused, held or doubtful now.
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
    and state in ('rejected', 'held', 'doubtful')
order by booking_id;

-- All of a practice that is not at rest or refused: what the report names.
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
    exact_message,
    total_cents,
    planned_at
from current_booking
where practice = %(practice)s and state not in ('booked', 'exported')
order by planned_at, booking_id;

-- What was found to differ from what is booked, by this run.
select
    b.booking_id,
    d.source_key,
    d.kind,
    b.state,
    b.debtor_number,
    b.entry_number,
    b.reference,
    d.reason,
    jsonb_build_object('booked_cents', d.booked_cents, 'found_cents', d.found_cents) as reason_values,
    null as exact_message
from drift as d
inner join current_booking as b on d.practice = b.practice and d.source_key = b.source_key
where d.run_id = %(run_id)s
order by d.source_key, d.reason;

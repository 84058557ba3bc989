-- What this run was the first to find otherwise in James than it was booked: for a dry run, which
-- asks Exact nothing.
select
    b.booking_id,
    b.source_key,
    b.kind,
    b.state,
    b.debtor_number,
    b.entry_number,
    b.reference,
    case when c.found is null then 'gone_in_source' else 'changed_after_booking' end as reason,
    coalesce((c.found ->> 'total_cents')::bigint, 0) as james_cents,
    b.total_cents as exact_cents,
    '' as differs,
    c.noted_at as since,
    null as exact_message
from james_change as c
inner join current_booking as b on c.practice = b.practice and c.source_key = b.source_key
where c.practice = %(practice)s and c.run_id = %(run_id)s and b.state in ('booked', 'exported')
order by b.source_key;

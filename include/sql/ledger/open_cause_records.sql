-- One page of the records of a cause, or one of each of several, the oldest first, with all that
-- their sentences name. The reason, its values and Exact's words are those of the booking that
-- has the cause. `own_only`: without what only waits for it.
select
    i.cause_id,
    i.practice,
    i.practice_name,
    i.subject,
    i.kind,
    i.state,
    i.reason,
    i.cents,
    i.day,
    i.since,
    i.booking_id,
    i.difference_id,
    coalesce(i.cause_booking_id, 0) <> coalesce(i.booking_id, 0) as is_waiting,
    b.source_key,
    b.debtor_number,
    b.entry_number,
    b.reference,
    b.kind as cause_kind,
    own.entry_number as own_number,
    own.state as booking_state,
    coalesce(b.reason_values, i.reason_values) as reason_values,
    b.exact_message,
    d.source_key as difference_key,
    d.james_cents,
    d.exact_cents,
    coalesce(d.differs, '') as differs,
    count(*) over () as found
from v_open_items as i
left join booking as b on i.cause_booking_id = b.booking_id
left join booking as own on i.booking_id = own.booking_id
left join difference as d on i.difference_id = d.difference_id
where
    (%(cause_id)s::text is null or i.cause_id = %(cause_id)s)
    and (
        %(examples)s::text[] is null
        or i.cause_id || ' ' || i.practice || ' ' || i.subject = any(%(examples)s)
    )
    and (%(practices)s::text[] is null or i.practice = any(%(practices)s))
    and (%(practice)s::text is null or i.practice = %(practice)s)
    and (%(subject)s::text is null or i.subject = %(subject)s)
    and (not %(own_only)s or coalesce(i.cause_booking_id, 0) = coalesce(i.booking_id, 0))
order by i.since, i.practice, i.subject
limit
    %(page_size)s
    offset
    %(skipped)s;

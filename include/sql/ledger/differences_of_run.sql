-- What this run was the first to find different, or found worse: but for what the state of a
-- booking explains, and for the entry that kept an invoice from being booked: its rejection is
-- told.
select
    coalesce(b.booking_id, 0) as booking_id,
    coalesce(d.source_key, d.subject) as source_key,
    d.kind,
    coalesce(b.state, 'booked') as state,
    coalesce(b.debtor_number, '') as debtor_number,
    b.entry_number,
    b.reference,
    d.cause as reason,
    d.james_cents,
    d.exact_cents,
    d.differs,
    d.since,
    null as exact_message
from difference as d
left join current_booking as b on d.practice = b.practice and d.source_key = b.source_key
where
    d.practice = %(practice)s
    and (d.first_run = %(run_id)s or d.worse_run = %(run_id)s)
    and d.ended_at is null
    and d.accepted_by is null
    and not (
        d.subject is distinct from d.source_key
        and coalesce(b.state = 'rejected' and b.reason = any(%(in_the_way)s), false)
    )
    and d.cause not in ('not_yet_due', 'held', 'rejected', 'closed', 'handed_over')
order by source_key, d.cause;

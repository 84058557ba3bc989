-- All differences of a practice that have not ended, those that a state explains among them, the
-- oldest first.
select
    d.subject,
    d.source_key,
    d.entry_id::text,
    d.cause,
    d.james_cents,
    d.exact_cents,
    d.differs,
    d.since,
    d.accepted_by,
    d.act_id,
    d.kind,
    b.entry_number
from difference as d
left join current_booking as b on d.practice = b.practice and d.source_key = b.source_key
where d.practice = %(practice)s and d.ended_at is null
order by d.since, d.difference_id;

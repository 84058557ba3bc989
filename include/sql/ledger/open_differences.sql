-- All differences of a practice that have not ended, those that a state explains among them, the oldest first.
select
    d.difference_id,
    d.subject,
    d.source_key,
    d.entry_id::text,
    d.cause,
    d.james_cents,
    d.exact_cents,
    d.differs,
    d.since,
    d.accepted_by is not null as is_accepted
from difference as d
where d.practice = %(practice)s and d.ended_at is null
order by d.since, d.difference_id;

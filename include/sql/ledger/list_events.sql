-- The audit log of a practice, newest first.
select
    event_id,
    at,
    who,
    event,
    details
from practice_event
where practice = %(practice)s
order by event_id desc
limit %(most)s;

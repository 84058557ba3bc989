-- What people confirmed of a practice, the oldest first.
select
    requirement,
    subject,
    confirmed_by,
    confirmed_at
from requirement_confirmation
where practice = %(practice)s
order by confirmation_id;

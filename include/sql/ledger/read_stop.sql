-- Why nothing of a practice is sent; no row while it goes.
select
    stopped_at,
    stop_values
from practice
where code = %(practice)s and stopped_at is not null;

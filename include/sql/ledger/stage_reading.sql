-- When and by which rules a practice was read in full, and whether this run has read James before.
select
    k.basis,
    k.full_day,
    r.james_read_at is not null as was_read
from run as r
left join james_reading as k on r.practice = k.practice
where r.run_id = %(run_id)s;

-- What was found to differ from what is booked, by this run.
select
    kind,
    source_key,
    reason,
    booked_cents,
    found_cents
from drift
where run_id = %(run_id)s
order by source_key;

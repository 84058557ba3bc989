-- What this run was the first to shorten or leave out.
select
    source_key,
    reason,
    reason_values
from adjustment
where run_id = %(run_id)s
order by source_key, reason;

-- What James summed in this run's snapshot; null when nothing was extracted.
select james_totals
from run
where run_id = %(run_id)s;

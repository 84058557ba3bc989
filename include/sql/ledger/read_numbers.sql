-- The numbers of a run; null before its reconciliation.
select numbers
from run
where run_id = %(run_id)s;

-- Keeps the numbers of a run's reconciliation.
update run
set numbers = %(numbers)s
where run_id = %(run_id)s;

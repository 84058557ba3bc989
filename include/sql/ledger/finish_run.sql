-- Closes a run with its outcome and the numbers of its report.
update run
set
    finished_at = clock_timestamp(),
    outcome = %(outcome)s,
    numbers = %(numbers)s
where run_id = %(run_id)s;

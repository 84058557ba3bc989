-- Closes a run.
update run
set
    finished_at = clock_timestamp(),
    outcome = %(outcome)s
where run_id = %(run_id)s;

-- Notes that the division's lists are read and its doubts resolved: the other steps of the run may
-- begin.
update run
set ready_at = clock_timestamp()
where run_id = %(run_id)s;

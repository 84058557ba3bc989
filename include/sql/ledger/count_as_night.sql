-- Lets a dry run count as a night, within the transaction that is rolled back.
update run
set dry_run = false
where run_id = %(run_id)s;

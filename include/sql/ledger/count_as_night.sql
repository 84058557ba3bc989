-- Lets a dry run count as a night, within the transaction that it undoes.
update run
set dry_run = false
where run_id = %(run_id)s;

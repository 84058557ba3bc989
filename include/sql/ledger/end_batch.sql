-- Notes how a batch ended.
update load_batch
set outcome = %(outcome)s
where run_id = %(run_id)s and kind = %(kind)s and first_id = %(first_id)s;

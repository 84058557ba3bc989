-- Notes when a run read James and which days, after its rows were staged: one that died in between
-- counts as older than it is, and so leaves more to others.
update run
set
    james_read_at = %(read_at)s,
    read_from = %(read_from)s,
    read_before = %(read_before)s,
    debtors_read = %(debtors)s
where run_id = %(run_id)s;

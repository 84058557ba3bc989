-- Keeps what James summed itself in the snapshot that was extracted: what came later belongs to the
-- next night.
update run
set james_totals = %(totals)s
where run_id = %(run_id)s;

-- Writes down what a run does with older invoices.
update run
set
    backfill = %(backfill)s,
    history_from = %(history_from)s,
    history_until = %(history_until)s,
    history_planned_at = null
where run_id = %(run_id)s;

-- A task that runs again stages its run's invoice lines anew.
delete from staged_invoice_line
where run_id = %(run_id)s;

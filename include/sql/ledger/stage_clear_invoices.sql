-- A task that runs again stages its run's invoices anew.
delete from staged_invoice
where run_id = %(run_id)s;

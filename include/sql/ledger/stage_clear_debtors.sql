-- A task that runs again stages its run's debtors anew.
delete from staged_debtor
where run_id = %(run_id)s;

-- A task that runs again stages its run's debtors anew; their term counts from now.
with noted as (
    update run
    set read_at = clock_timestamp()
    where run_id = %(run_id)s
)

delete from staged_debtor
where run_id = %(run_id)s;

-- Whether a run staged a debtor.
select exists(
    select 1
    from staged_debtor
    where run_id = %(run_id)s
) as there;

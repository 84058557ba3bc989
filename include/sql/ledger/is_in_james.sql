-- Whether the last debtors that were read of a practice have this one.
select exists(
    select 1
    from staged_debtor as s
    where
        btrim(s.debtor_number) = btrim(%(debtor_number)s)
        and s.run_id = (
            select r.run_id
            from run as r
            where
                r.practice = %(practice)s
                and exists (
                    select 1
                    from staged_debtor as any_debtor
                    where any_debtor.run_id = r.run_id
                )
            order by coalesce(r.read_at, r.started_at) desc
            limit 1
        )
) as there;

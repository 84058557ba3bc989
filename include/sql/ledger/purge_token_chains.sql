-- Deletes token chains that no practice uses and that were not renewed since a moment: Exact takes
-- them no more.
with due as (
    select t.chain_id
    from token_chain as t
    where
        t.issued_at <= %(before)s
        and not exists (
            select 1
            from practice as p
            where p.chain_id = t.chain_id
        )
    order by t.issued_at
    limit %(rows)s
    for update skip locked
),

uncounted as (
    delete from token_calls
    where chain_id in (select due.chain_id from due)
)

delete from token_chain
where chain_id in (select due.chain_id from due)
returning chain_id;

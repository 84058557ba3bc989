-- Deletes those of some token chains that no practice uses or waits with.
with due as (
    select t.chain_id
    from token_chain as t
    where
        t.chain_id = any(%(chain_ids)s::uuid[])
        and not exists (
            select 1 from practice as p
            where p.chain_id = t.chain_id
        )
        and not exists (
            select 1 from given_consent as g
            where g.chain_id = t.chain_id
        )
),

uncounted as (
    delete from token_calls
    where chain_id in (select due.chain_id from due)
)

delete from token_chain
where chain_id in (select due.chain_id from due);

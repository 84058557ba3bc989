-- Whether the watch tells what stops this practice: its link with Exact is broken, or our app lacks
-- a scope. Both stop more practices than one.
select exists(
    select 1
    from practice as p
    inner join token_chain as t on p.chain_id = t.chain_id
    where
        p.code = %(practice)s
        and p.active
        and (
            t.state <> 'live'
            or exists (
                select 1 from missing_scope as m
                where m.client_id = t.client_id and m.cleared_at is null
            )
        )
) as is_told;

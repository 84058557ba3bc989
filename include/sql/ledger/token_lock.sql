-- The same, for the one process that may renew it: all others wait until its transaction ends. Its
-- calls are counted meanwhile, in a table that refers to this row: that asks for its key alone.
select
    client_id,
    version,
    access_token,
    refresh_token,
    issued_at,
    state,
    state_reason,
    no_refresh_before,
    denied_version,
    (
        select m.scope from missing_scope as m
        where
            m.client_id = token_chain.client_id
            and m.cleared_at is null
            and m.found_at > now() - interval '20 hours'
        order by m.scope
        limit 1
    ) as missing_scope,
    (
        select m.scope from missing_scope as m
        where
            m.client_id = token_chain.client_id
            and m.cleared_at is null
            and m.found_at <= now() - interval '20 hours'
        order by m.scope
        limit 1
    ) as doubted_scope
from token_chain
where chain_id = %(chain_id)s
for no key update;

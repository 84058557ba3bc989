-- A token chain as it stands; the tokens are encrypted.
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
where chain_id = %(chain_id)s;

-- A token chain as it stands; the tokens are encrypted.
select
    client_id,
    version,
    access_token,
    refresh_token,
    issued_at,
    state,
    state_reason,
    no_refresh_before
from token_chain
where chain_id = %(chain_id)s;

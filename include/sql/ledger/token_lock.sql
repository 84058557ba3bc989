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
    no_refresh_before
from token_chain
where chain_id = %(chain_id)s
for no key update;

-- Marks a chain as dead: its practices stop until the Exact user gives consent again. Support got
-- no message about that yet.
update token_chain
set
    state = 'reconnect_needed',
    state_reason = %(reason)s,
    reported_at = null
where
    chain_id = %(chain_id)s
    and version = %(version)s;

-- Puts a new pair in the place of the version it was got with. That pair works, so the chain is
-- alive, whatever another process thought.
update token_chain
set
    access_token = %(access_token)s,
    refresh_token = %(refresh_token)s,
    previous_refresh_token = refresh_token,
    issued_at = %(issued_at)s,
    version = version + 1,
    state = 'live',
    state_reason = null,
    no_refresh_before = null
where
    chain_id = %(chain_id)s
    and version = %(version)s;

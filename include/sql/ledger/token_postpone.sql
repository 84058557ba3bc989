-- Nobody asks for a new token for a while. A question that is denied may still have given a new
-- refresh token: then that one is kept.
update token_chain
set
    no_refresh_before = %(until)s,
    previous_refresh_token
    = case when %(refresh_token)s::text is null then previous_refresh_token else refresh_token end,
    refresh_token = coalesce(%(refresh_token)s, refresh_token)
where
    chain_id = %(chain_id)s
    and version = %(version)s;

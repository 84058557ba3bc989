-- Claims the mail about links that broke: of several that ask at once one gets each of them.
update token_chain
set reported_at = now()
where
    chain_id = any(%(chain_ids)s::uuid[])
    and state = 'reconnect_needed'
    and reported_at is null
returning chain_id::text;

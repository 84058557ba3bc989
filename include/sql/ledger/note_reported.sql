-- Notes that support got a message about these token chains.
update token_chain
set reported_at = now()
where chain_id = any(%(chain_ids)s::uuid[]);

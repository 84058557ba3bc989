-- Notes that support was told of these token chains.
update token_chain
set told_at = now()
where chain_id = any(%(chain_ids)s::uuid[]);

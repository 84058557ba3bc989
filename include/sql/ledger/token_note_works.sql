-- Notes that a token works which was got after one that Exact denied.
update token_chain
set denied_version = null
where
    chain_id = %(chain_id)s
    and version = %(version)s
    and denied_version < version;

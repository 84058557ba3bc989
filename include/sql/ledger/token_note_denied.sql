-- Notes that Exact denies the access token of a version: nobody uses it again.
update token_chain
set denied_version = %(version)s
where
    chain_id = %(chain_id)s
    and version = %(version)s;

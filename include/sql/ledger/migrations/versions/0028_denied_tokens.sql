-- A token that Exact denies is used no more, and is renewed when Exact allows it. A renewed one that is denied too ends the chain.
alter table token_chain add column denied_version bigint;
comment on column token_chain.denied_version is 'Version whose access token Exact denied twice; null since a later one worked';

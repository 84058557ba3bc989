-- What keeps a token chain in health (B5): how often it asks Exact for a token in a day, and what support was told before it dies.

create table token_calls (
    chain_id uuid primary key references token_chain,
    day date not null,                      -- of UTC, by this database's clock
    calls integer not null
);
comment on table token_calls is 'Calls of a chain to the token endpoint on the last day with any: counted before each, for all processes';

alter table token_chain add column told_at timestamptz;
comment on column token_chain.told_at is 'When support was last told that this chain will die, or has died; emptied when Exact says that it is dead';

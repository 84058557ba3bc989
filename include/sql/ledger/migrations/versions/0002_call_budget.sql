-- What is left of Exact's call limits, shared by all processes that serve a division; and when a token may be asked for again.

-- Unlogged: it changes with each call and must not cost a write to disk. After a crash it is empty, and what Exact says of its windows fills it again.
create unlogged table call_window (
    division integer primary key,
    version bigint not null default 1,      -- grows with each change: a change is made only to the version it was computed from
    minute_until timestamptz not null,
    minute_limit integer not null,
    minute_used integer not null,
    day_until timestamptz not null,
    day_limit integer not null,
    day_used integer not null,
    blocked_until timestamptz,              -- after 429s that did not say which window is full
    blind_refusals integer not null default 0
);
comment on table call_window is 'The minute and the day of a division, as Exact last told and as we counted since';

create table call_error (
    division integer not null,
    endpoint text not null,
    at timestamptz not null,
    status integer not null
);
create index call_error_endpoint on call_error (division, endpoint, at);
comment on table call_error is 'Answers of the last day that Exact counts as errors: more than ten an hour for an endpoint block it';

alter table token_chain add column no_refresh_before timestamptz;
comment on column token_chain.no_refresh_before is 'Exact said that it is too early for a new token: nobody asks before this';

-- Counts a call to the token endpoint before it is made; changes nothing when the chain has made
-- the most calls that a day may have.
insert into token_calls as known (chain_id, day, calls)
values (%(chain_id)s, (now() at time zone 'UTC')::date, 1)
on conflict (chain_id) do update
    set
        day = excluded.day,
        calls = case when known.day = excluded.day then known.calls + 1 else 1 end
    where known.day <> excluded.day or known.calls < %(most_calls)s;

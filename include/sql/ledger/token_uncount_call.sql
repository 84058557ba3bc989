-- Takes back the call that was counted last: it never left.
update token_calls
set calls = calls - 1
where
    chain_id = %(chain_id)s
    and day = (now() at time zone 'UTC')::date;

-- Keeps the tokens of a new consent, and counts the call that got them; a user who gave consent
-- before keeps his chain.
with kept as (
    insert into token_chain as known (
        client_id, exact_user_id, exact_user_name, access_token, refresh_token, issued_at
    )
    values (
        %(client_id)s,
        %(exact_user_id)s,
        %(exact_user_name)s,
        %(access_token)s,
        %(refresh_token)s,
        %(issued_at)s
    )
    on conflict (client_id, exact_user_id) do update
        set
            exact_user_name = excluded.exact_user_name,
            access_token = excluded.access_token,
            refresh_token = excluded.refresh_token,
            previous_refresh_token = known.refresh_token,
            issued_at = excluded.issued_at,
            version = known.version + 1,
            state = 'live',
            state_reason = null,
            no_refresh_before = null,
            denied_version = null
    returning chain_id
)

insert into token_calls as known (chain_id, day, calls)
select
    chain_id,
    (now() at time zone 'UTC')::date as day,
    1 as calls
from kept
on conflict (chain_id) do update
    set
        day = excluded.day,
        calls = case when known.day = excluded.day then known.calls + 1 else 1 end
returning chain_id;

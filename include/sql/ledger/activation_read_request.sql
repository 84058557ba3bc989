-- The consent under way that a browser comes back with, unless it is too old or was used.
select
    purpose,
    practice,
    login,
    link_id::text,
    who,
    framed
from consent_request
where
    state_hash = %(state_hash)s
    and browser_hash = %(browser_hash)s
    and used_at is null
    and expires_at > clock_timestamp();

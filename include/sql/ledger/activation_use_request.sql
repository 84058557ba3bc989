-- Uses a consent under way: no row when another request was first.
update consent_request
set used_at = clock_timestamp()
where
    state_hash = %(state_hash)s
    and used_at is null
    and expires_at > clock_timestamp();

-- Notes that our app has a scope (all of them when none is named): a call was allowed, or a person
-- says so.
update missing_scope
set cleared_at = clock_timestamp()
where
    client_id = %(client_id)s
    and cleared_at is null
    and (%(scope)s::text is null or scope = %(scope)s);

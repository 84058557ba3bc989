-- Notes that support got a message about the scopes that our app lacks; gives those of which it had
-- none before.
update missing_scope
set reported_at = now()
where cleared_at is null and reported_at is null
returning scope;

-- Notes that Exact denied our app a scope a moment ago. Support got no message about one that is
-- found anew.
insert into missing_scope as m (client_id, scope, practice_division)
values (%(client_id)s, %(scope)s, %(division)s)
on conflict (client_id, scope) do update
    set
        found_at = clock_timestamp(),
        practice_division = excluded.practice_division,
        reported_at = case when m.cleared_at is null then m.reported_at end,
        cleared_at = null;

-- The three figures of all practices together, as their last nights with numbers left them; cents.
select
    count(*) as practices,
    coalesce(sum(s.james_cents), 0)::bigint as james_cents,
    coalesce(sum(s.complete_cents), 0)::bigint as complete_cents,
    coalesce(sum(s.booked_cents), 0)::bigint as booked_cents,
    coalesce(sum(s.cleared_cents), 0)::bigint as cleared_cents,
    coalesce(sum(s.explained_cents), 0)::bigint as explained_cents,
    coalesce(sum(s.unexplained_cents), 0)::bigint as unexplained_cents,
    coalesce(sum(s.unexplained), 0)::bigint as unexplained,
    count(*) filter (
        where
        s.link_state = 'reconnect_needed'
        or s.stopped_at is not null
        or s.unexplained > 0
        or s.last_outcome = 'failed'
        or s.is_late
    ) as red
from practice_status as s;

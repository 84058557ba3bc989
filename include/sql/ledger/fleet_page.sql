-- One page of the practices whose name or code has a text, those that need a person first: a dead
-- link, a practice that stopped, euros that nothing explains, a night that failed or did not come,
-- open items (the oldest first), what is not active yet; then the others by name.
select
    s.*,  -- noqa: AM04
    count(*) over () as found
from practice_status as s
where s.name ilike %(pattern)s or s.code ilike %(pattern)s
order by
    case
        when s.link_state = 'reconnect_needed' then 0
        when s.stopped_at is not null then 1
        when s.unexplained > 0 then 2
        when s.last_outcome = 'failed' then 3
        when s.is_late then 4
        when s.open_since is not null then 5
        when not s.active then 6
        else 7
    end,
    s.open_since,
    s.name,
    s.code
limit
    %(page_size)s
    offset
    %(skipped)s;

-- One page of the practices whose name or code has a text, those that need a person first: a dead
-- link, then what is not active yet, then the others; with the link and the latest night of each.
select
    p.code,
    p.name,
    p.active,
    p.division,
    p.division_name,
    t.state as link_state,
    t.issued_at as link_renewed_at,
    night.book_day as last_night,
    night.outcome as last_outcome,
    night.finished_at as last_finished_at,
    count(*) over () as found
from practice as p
left join token_chain as t on p.chain_id = t.chain_id
left join lateral (
    select
        r.book_day,
        r.outcome,
        r.finished_at
    from run as r
    where
        r.practice = p.code
        and not r.dry_run
        and r.airflow_run_id not like '%%:history'
    order by r.started_at desc
    limit 1
) as night on true
where p.name ilike %(pattern)s or p.code ilike %(pattern)s
order by
    coalesce(t.state, 'live') = 'live',
    p.active,
    p.name,
    p.code
limit
    %(page_size)s
    offset
    %(skipped)s;

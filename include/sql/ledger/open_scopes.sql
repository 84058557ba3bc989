-- Scopes that our app lacks at Exact, and whether support got a message about each; while an
-- active practice is linked by the app.
select
    m.scope,
    m.found_at,
    m.reported_at
from missing_scope as m
where
    m.cleared_at is null
    and exists (
        select 1 from token_chain as t
        inner join practice as p on t.chain_id = p.chain_id and p.active
        where t.client_id = m.client_id
    )
order by m.scope;

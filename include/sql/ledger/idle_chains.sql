-- Token chains of active practices that are dead, or were not renewed for some time; and when
-- support last got a message about each.
select
    t.chain_id::text,
    t.state,
    t.state_reason,
    t.issued_at,
    t.reported_at,
    now() as now,
    array_agg(p.code order by p.code) as codes,
    array_agg(p.name || ' (' || p.code || ')' order by p.code) as practices
from token_chain as t
inner join practice as p on t.chain_id = p.chain_id and p.active
where t.state <> 'live' or t.issued_at <= now() - %(idle)s::interval
group by t.chain_id
order by t.issued_at, t.chain_id;

-- Practices whose last night by an outage is the latest that they have: since then none was opened.
select distinct p.practice
from outage_practice as p
inner join outage as o on p.outage_id = o.outage_id
where
    o.last_failure_at > %(since)s
    and not exists (
        select 1
        from run as r
        where
            r.practice = p.practice
            and r.is_night
            and r.started_at > o.last_failure_at
    )
order by p.practice;

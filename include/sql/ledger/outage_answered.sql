-- What all practices share worked for one of them. An outage is over when nobody failed by it for a
-- quarter of an hour. Gives what is over now.
update outage as o
set
    answered_at = clock_timestamp(),
    ended_at = case
        when o.last_failure_at < clock_timestamp() - interval '15 minutes' then clock_timestamp()
    end
where o.shared = any(%(shared)s) and o.ended_at is null
returning
    o.outage_id,
    o.shared,
    o.code,
    o.code_values,
    o.began_at,
    o.last_failure_at,
    o.ended_at,
    (select count(*)::integer from outage_practice as p where p.outage_id = o.outage_id) as practices;

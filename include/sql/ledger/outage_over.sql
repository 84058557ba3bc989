-- Outages during which something worked again, and nobody failed for a quarter of an hour since.
update outage as o
set ended_at = clock_timestamp()
where
    o.ended_at is null
    and o.answered_at > o.last_failure_at
    and o.last_failure_at < clock_timestamp() - interval '15 minutes'
returning
    o.outage_id,
    o.shared,
    o.code,
    o.code_values,
    o.began_at,
    o.last_failure_at,
    o.ended_at,
    (select count(*)::integer from outage_practice as p where p.outage_id = o.outage_id) as practices;

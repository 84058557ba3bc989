-- Per active practice what is open since before some moment: how much, since when, and the oldest
-- that a person must act on, else the oldest. What stops whole practices the watch tells as such.
select distinct on (i.practice)
    i.practice,
    i.practice_name as name,
    count(*) over (partition by i.practice)::integer as records,
    (min(i.since) over (partition by i.practice) at time zone 'Europe/Amsterdam')::date as since,
    i.cause_id || ' ' || i.practice || ' ' || i.subject as example
from v_open_items as i
inner join practice as p on i.practice = p.code and p.active
where i.since < %(before)s and i.state <> 'stopped'
order by i.practice, i.reason = any(%(by_itself)s), i.since, i.subject;

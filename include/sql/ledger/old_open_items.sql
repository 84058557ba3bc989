-- Per active practice what is open since some time: how many records wait for a person, the oldest,
-- and its cause. A record that waits for another one counts with the one that it waits for.
select distinct on (a.practice)
    a.practice,
    p.name,
    count(*) over (partition by a.practice)::integer as records,
    (a.planned_at at time zone 'Europe/Amsterdam')::date as since,
    a.reason,
    a.reason_values
from attention_booking as a
inner join practice as p on a.practice = p.code and p.active
where
    a.planned_at < %(before)s
    and a.state in ('rejected', 'doubtful')
order by a.practice, a.planned_at, a.booking_id;

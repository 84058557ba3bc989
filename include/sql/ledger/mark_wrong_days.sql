-- Has days added up again.
insert into to_add_up (practice, day, marked_by)
select
    %(practice)s,
    d.day,
    0 as marked_by
from unnest(%(days)s::date[]) as d (day)
order by d.day
on conflict (practice, day) do nothing;

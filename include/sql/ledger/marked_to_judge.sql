-- Records and entries of a practice that are to be compared, in order, from behind `after` on:
-- what changed since it was found equal, and what differs. Records of other days are left to who
-- compares those.
select m.subject
from to_judge as m
where
    m.practice = %(practice)s
    and m.subject > %(after)s
    and (
        m.subject like 'exact:%%'
        or not exists (
            select 1
            from booking as b
            where
                b.practice = m.practice
                and b.source_key = m.subject
                and b.entry_date is not null
                and (b.entry_date < %(from_date)s or b.entry_date >= %(before_date)s)
                and b.is_latest
        )
    )
order by m.subject
limit %(most)s;

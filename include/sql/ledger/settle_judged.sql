-- Takes the marks of what was compared and is equal, unless it was marked again meanwhile, is not
-- at rest, or is of other days; what differs keeps its mark, or gets one.
with free as (
    select m.subject
    from to_judge as m
    inner join
        jsonb_to_recordset(%(settled)s::jsonb) as s (subject text, marked_by bigint)
        on m.subject = s.subject and m.marked_by = s.marked_by
    where
        m.practice = %(practice)s
        and not exists (
            select 1
            from booking as b
            where
                b.practice = m.practice
                and b.source_key = m.subject
                and b.is_latest
                and (
                    b.state not in ('booked', 'exported', 'closed')
                    or b.entry_date < %(from_date)s
                    or b.entry_date >= %(before_date)s
                )
        )
    for update of m skip locked
),

taken as (
    delete from to_judge
    where practice = %(practice)s and subject in (select free.subject from free)
)

insert into to_judge (practice, subject, marked_by)
select
    %(practice)s,
    u.subject,
    0 as marked_by
from unnest(%(unsettled)s::text[]) as u (subject)
order by u.subject
on conflict (practice, subject) do nothing;

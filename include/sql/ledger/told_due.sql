-- What is to be told on a day, by practice and cause: how many records are new, and which age the
-- oldest reached that was not told at that age. `is_digest`: by the digest, else by a night's mail.
-- New is no news where nobody has to do anything, and where a record waits for another.
with item as (
    select
        t.practice,
        t.cause_id,
        t.reason,
        t.is_waiting or t.reason = any(%(by_itself)s) as is_quiet,
        (t.since at time zone 'Europe/Amsterdam')::date as first_day,
        case when %(is_digest)s then t.digest_on else t.mailed_on end as told_on
    from told_item as t
    where
        (%(practice)s::text is null or t.practice = %(practice)s)
        and t.reason <> all(%(told_elsewhere)s)
),

aged as (
    select
        i.practice,
        i.cause_id,
        i.told_on is null and not i.is_quiet as is_new,
        (
            select max(a.days)
            from unnest(%(ages)s::integer[]) as a (days)
            where
                i.first_day + a.days <= %(day)s
                and (i.told_on < i.first_day + a.days or (i.told_on is null and i.is_quiet))
        ) as days
    from item as i
)

select
    a.practice,
    a.cause_id,
    count(*) filter (where a.is_new)::integer as new_records,
    max(a.days)::integer as days
from aged as a
where a.is_new or a.days is not null
group by a.practice, a.cause_id
order by a.practice, a.cause_id;

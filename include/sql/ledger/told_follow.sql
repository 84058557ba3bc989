-- Brings what is open up to date, of one practice with the failures of its night, or of all
-- practices without those: what is new gets a row, and what is open no more loses it. What the
-- night or the practice is open by already is no second item.
with open_item as (
    select
        i.practice,
        i.subject,
        i.reason,
        false as is_of_night,
        min(i.cause_id) as cause_id,
        bool_and(coalesce(i.cause_booking_id, 0) <> coalesce(i.booking_id, 0)) as is_waiting,
        min(i.since) as since
    from v_open_items as i
    where %(practice)s::text is null or i.practice = %(practice)s
    group by i.practice, i.subject, i.reason
),

found as materialized (
    select *  -- noqa: AM04
    from open_item
    union all
    select
        %(practice)s::text as practice,
        f.subject,
        f.reason,
        true as is_of_night,
        f.reason as cause_id,
        false as is_waiting,
        clock_timestamp() as since
    from jsonb_to_recordset(%(failures)s::jsonb) as f (subject text, reason text)
    where not exists (
        select 1
        from open_item as o
        where o.reason = f.reason and (o.subject = f.subject or o.subject like 'nacht:%%')
    )
),

over as (
    delete from told_item as t
    where
        (%(practice)s::text is null or t.practice = %(practice)s)
        and (not t.is_of_night or %(practice)s::text is not null)
        and not exists (
            select 1
            from found as f
            where f.practice = t.practice and f.subject = t.subject and f.reason = t.reason
        )
)

insert into told_item (practice, subject, reason, cause_id, is_of_night, is_waiting, since)
select
    f.practice,
    f.subject,
    f.reason,
    f.cause_id,
    f.is_of_night,
    f.is_waiting,
    f.since
from found as f
order by f.practice, f.subject, f.reason
on conflict (practice, subject, reason) do update
    set
        cause_id = excluded.cause_id,
        is_of_night = excluded.is_of_night,
        is_waiting = excluded.is_waiting;

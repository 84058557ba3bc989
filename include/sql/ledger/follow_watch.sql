-- Notes which of these reasons the watch finds now, of which practices: what is new gets its first
-- day, what is over is forgotten.
with found as (
    select f.*
    from jsonb_to_recordset(%(found)s::jsonb) as f (practice text, reason text)
),

over as (
    delete from watch_report as w
    where
        w.reason = any(%(reasons)s)
        and not exists (
            select 1
            from found as f
            where f.practice = w.practice and f.reason = w.reason
        )
)

insert into watch_report (practice, reason, since)
select distinct
    f.practice,
    f.reason,
    %(day)s::date
from found as f
on conflict (practice, reason) do nothing;

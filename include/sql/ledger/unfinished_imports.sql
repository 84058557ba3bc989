-- The days of imports of history that are not finished, the one that was tried longest ago first:
-- they were not all planned, or something of them is not sent, held or rejected. What a hand-over
-- left out waits for the next hand-over. Returns the first and the last day; the last one is null
-- for the day before the link date.
with open_booking as (
    select
        b.entry_date,
        r.history_from,
        r.history_until
    from current_booking as b
    inner join run as r on b.run_id = r.run_id
    where
        b.practice = %(practice)s
        and b.kind <> 'debtor'
        and b.state in ('planned', 'held', 'sending', 'doubtful', 'rejected')
        and r.backfill = 'import'
        and r.airflow_run_id like '%%:history'
),

import as (
    select
        r.history_from as first_day,
        r.history_until as last_day,
        max(r.started_at) as tried_at,
        max(r.started_at) filter (where r.history_planned_at is not null) as planned_at
    from run as r
    where
        r.practice = %(practice)s
        and r.backfill = 'import'
        and r.history_from is not null
        and (
            r.ready_at is not null
            or r.airflow_run_id like '%%:history'
            or r.airflow_run_id like 'backfill__%%'
        )
        and not r.dry_run
    group by r.history_from, r.history_until
)

select
    i.first_day,
    i.last_day
from import as i
where
    not exists (
        select 1
        from import as wider
        where
            wider.planned_at >= coalesce(i.planned_at, i.tried_at)
            and wider.first_day <= i.first_day
            and coalesce(wider.last_day, 'infinity') >= coalesce(i.last_day, 'infinity')
    )
    or exists (
        select 1
        from open_booking as b
        where
            (b.entry_date >= i.first_day and b.entry_date <= coalesce(i.last_day, 'infinity'))
            or (
                b.entry_date is null
                and b.history_from = i.first_day
                and b.history_until is not distinct from i.last_day
            )
    )
order by i.tried_at, i.first_day;

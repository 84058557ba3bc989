-- What a run has not done, and what a person closed.

-- 1. One row per step that stopped or was skipped, so that a step takes away its own when it begins
-- anew, and what was skipped is known until then. The rows of a run that is under way are not kept:
-- a task that is cleared makes its own again.
drop table run_stop;
create table run_stop (
    run_id uuid not null references run on delete cascade,
    step text not null,
    task text not null,
    cause text not null,
    is_red boolean not null,
    noted_at timestamptz not null default clock_timestamp(),
    primary key (run_id, step)
);
comment on table run_stop is
'Per run the steps that stopped by a cause: those of the task that is red for it, and later ones that were skipped';

-- 2. What a person closed, apart from what is open; numbers from before this version have it there.
alter table run add column closed_cents bigint generated always as (
    case when numbers is not null then coalesce((numbers ->> 'closed_cents')::bigint, 0) end
) stored;
drop index run_night;
create index run_night on run (practice, started_at desc)
include (
    book_day, outcome, finished_at, night_cents, james_cents, ledger_cents, exact_cents, exported_cents, open_cents,
    closed_cents
)
where not dry_run and airflow_run_id not like '%:history';

create or replace view practice_status as
select
    p.code,
    p.name,
    p.active,
    p.division,
    p.division_name,
    p.backfill,
    p.stopped_at,
    t.state as link_state,
    t.issued_at as link_renewed_at,
    night.book_day as last_night,
    night.outcome as last_outcome,
    night.finished_at as last_finished_at,
    night.night_cents as last_night_cents,
    counted.book_day as figures_of,
    counted.james_cents,
    counted.ledger_cents + counted.exported_cents + counted.open_cents + counted.closed_cents as complete_cents,
    counted.ledger_cents as booked_cents,
    counted.exact_cents as cleared_cents,
    coalesce(d.explained_cents, 0) as explained_cents,
    coalesce(d.unexplained_cents, 0) as unexplained_cents,
    coalesce(d.unexplained, 0) as unexplained,
    coalesce(o.day, 0) + coalesce(d.day, 0) as open_day,
    coalesce(o.week, 0) + coalesce(d.week, 0) as open_week,
    coalesce(o.month, 0) + coalesce(d.month, 0) as open_month,
    coalesce(o.older, 0) + coalesce(d.older, 0) as open_older,
    least(o.oldest, d.oldest) as open_since,
    coalesce(o.waiting, 0) as waiting,
    coalesce(o.history_left, 0) as history_left,
    coalesce(
        p.active
        and p.division is not null
        and (p.created_at at time zone 'Europe/Amsterdam')::date < due.day
        and (night.book_day is null or night.book_day < due.day),
        false
    ) as is_late
from practice as p
cross join (
    select ((now() at time zone 'Europe/Amsterdam') - interval '7 hours')::date as day
) as due
left join token_chain as t on p.chain_id = t.chain_id
left join lateral (
    select
        r.book_day,
        r.outcome,
        r.finished_at,
        r.night_cents
    from run as r
    where r.practice = p.code and not r.dry_run and r.airflow_run_id not like '%:history'
    order by r.started_at desc
    limit 1
) as night on true
left join lateral (
    select
        r.book_day,
        r.james_cents,
        r.ledger_cents,
        r.exact_cents,
        r.exported_cents,
        r.open_cents,
        r.closed_cents
    from run as r
    where
        r.practice = p.code
        and not r.dry_run
        and r.airflow_run_id not like '%:history'
        and r.james_cents is not null
    order by r.started_at desc
    limit 1
) as counted on true
left join (
    select
        b.practice,
        count(*) filter (where b.is_item and b.planned_at > now() - interval '1 day') as day,
        count(*) filter (
            where b.is_item and b.planned_at <= now() - interval '1 day' and b.planned_at > now() - interval '7 days'
        ) as week,
        count(*) filter (
            where b.is_item and b.planned_at <= now() - interval '7 days' and b.planned_at > now() - interval '30 days'
        ) as month,
        count(*) filter (where b.is_item and b.planned_at <= now() - interval '30 days') as older,
        min(b.planned_at) filter (where b.is_item) as oldest,
        count(*) filter (where not b.is_item) as waiting,
        count(*) filter (where b.kind <> 'debtor' and b.entry_date < own.link_date) as history_left
    from (
        select
            *,
            state not in ('planned', 'sending') as is_item
        from open_booking
    ) as b
    inner join practice as own on b.practice = own.code
    group by b.practice
) as o on p.code = o.practice
left join (
    select
        f.practice,
        sum(abs(f.james_cents - f.exact_cents)) filter (where f.cause <> 'unexplained')::bigint as explained_cents,
        sum(abs(f.james_cents - f.exact_cents)) filter (where f.cause = 'unexplained')::bigint as unexplained_cents,
        count(*) filter (where f.cause = 'unexplained') as unexplained,
        count(*) filter (where f.is_item and f.since > now() - interval '1 day') as day,
        count(*) filter (
            where f.is_item and f.since <= now() - interval '1 day' and f.since > now() - interval '7 days'
        ) as week,
        count(*) filter (
            where f.is_item and f.since <= now() - interval '7 days' and f.since > now() - interval '30 days'
        ) as month,
        count(*) filter (where f.is_item and f.since <= now() - interval '30 days') as older,
        min(f.since) filter (where f.is_item) as oldest
    from (
        select
            *,
            accepted_by is null
            and cause not in ('not_yet_due', 'held', 'rejected', 'closed', 'handed_over') as is_item
        from difference
        where ended_at is null
    ) as f
    group by f.practice
) as d on p.code = d.practice;

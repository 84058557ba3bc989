-- 1. Which run is a night is told once: no dry run, not the part of a run that does history, and no run
-- of Airflow's own backfill, which does an old day.
alter table run add column is_night boolean not null generated always as (
    not dry_run and airflow_run_id not like '%:history' and airflow_run_id not like 'backfill\_\_%'
) stored;
comment on column run.is_night is
'No dry run, not the part for history, and no run of a backfill in Airflow: what counts as a night of the practice';

drop index run_night;
create index run_night on run (practice, started_at desc)
include (
    run_id, airflow_run_id, book_day, outcome, finished_at, night_cents, james_cents, ledger_cents, exact_cents,
    exported_cents, open_cents, closed_cents
)
where is_night;

create or replace view latest_night as
select
    p.code,
    night.run_id,
    night.airflow_run_id,
    night.book_day,
    night.outcome,
    night.started_at,
    night.finished_at,
    night.night_cents,
    due.day as due_day,
    found.problem
from practice as p
cross join (
    select ((now() at time zone 'Europe/Amsterdam') - interval '7 hours')::date as day
) as due
left join lateral (
    select
        r.run_id,
        r.airflow_run_id,
        r.book_day,
        r.outcome,
        r.started_at,
        r.finished_at,
        r.night_cents,
        r.james_cents
    from run as r
    where
        r.practice = p.code
        and r.is_night
    order by r.started_at desc
    limit 1
) as night on true
cross join lateral (
    -- `limit 1`: it is found once per practice, however often the result is read.
    select
        case
            when not p.active or p.division is null then null
            when
                (p.created_at at time zone 'Europe/Amsterdam')::date < due.day
                and (night.book_day is null or night.book_day < due.day)
                then 'missing'
            when
                (p.created_at at time zone 'Europe/Amsterdam')::date < due.day
                and night.finished_at is null
                and night.book_day = due.day
                and not exists (
                    select 1
                    from run as earlier
                    where
                        earlier.practice = p.code
                        and earlier.book_day = due.day
                        and earlier.finished_at is not null
                        and earlier.is_night
                )
                then 'unfinished'
            when night.outcome = 'failed' and night.james_cents is null then 'failed'
        end as problem
    order by problem
    limit 1
) as found;

-- 2. Open items are counted by age, of whatever they are.
create function age_of(since timestamptz) returns text language sql stable as $$
    select case
        when since > now() - interval '1 day' then 'day'
        when since > now() - interval '7 days' then 'week'
        when since > now() - interval '30 days' then 'month'
        else 'older'
    end
$$;
comment on function age_of is 'In which of the ages that pages and mails count an open item is';

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
    coalesce(u.day, 0) + coalesce(d.day, 0) + coalesce(w.day, 0) as open_day,
    coalesce(u.week, 0) + coalesce(d.week, 0) + coalesce(w.week, 0) as open_week,
    coalesce(u.month, 0) + coalesce(d.month, 0) + coalesce(w.month, 0) as open_month,
    coalesce(u.older, 0) + coalesce(d.older, 0) + coalesce(w.older, 0) as open_older,
    least(u.oldest, d.oldest, w.oldest) as open_since,
    coalesce(u.waiting, 0) as waiting,
    coalesce(u.history_left, 0) as history_left,
    coalesce(night.problem = 'missing', false) as is_late
from practice as p
inner join latest_night as night on p.code = night.code
left join token_chain as t on p.chain_id = t.chain_id
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
        and r.is_night
        and r.james_cents is not null
    order by r.started_at desc
    limit 1
) as counted on true
left join (
    select
        b.practice,
        count(*) filter (where b.is_open and age_of(b.since) = 'day') as day,
        count(*) filter (where b.is_open and age_of(b.since) = 'week') as week,
        count(*) filter (where b.is_open and age_of(b.since) = 'month') as month,
        count(*) filter (where b.is_open and age_of(b.since) = 'older') as older,
        min(b.since) filter (where b.is_open) as oldest,
        count(*) filter (where not b.is_open) as waiting,
        count(*) filter (where b.kind <> 'debtor' and b.entry_date < own.link_date) as history_left
    from unbooked_booking as b
    inner join practice as own on b.practice = own.code
    group by b.practice
) as u on p.code = u.practice
left join (
    select
        f.practice,
        count(*) filter (where f.is_open and age_of(f.since) = 'day') as day,
        count(*) filter (where f.is_open and age_of(f.since) = 'week') as week,
        count(*) filter (where f.is_open and age_of(f.since) = 'month') as month,
        count(*) filter (where f.is_open and age_of(f.since) = 'older') as older,
        min(f.since) filter (where f.is_open) as oldest,
        sum(abs(f.james_cents - f.exact_cents)) filter (where f.cause <> 'unexplained')::bigint as explained_cents,
        sum(abs(f.james_cents - f.exact_cents)) filter (where f.cause = 'unexplained')::bigint as unexplained_cents,
        count(*) filter (where f.cause = 'unexplained') as unexplained
    from unended_difference as f
    group by f.practice
) as d on p.code = d.practice
left join (
    select
        i.practice,
        count(*) filter (where age_of(i.since) = 'day') as day,
        count(*) filter (where age_of(i.since) = 'week') as week,
        count(*) filter (where age_of(i.since) = 'month') as month,
        count(*) filter (where age_of(i.since) = 'older') as older,
        min(i.since) as oldest
    from open_practice as i
    group by i.practice
) as w on p.code = w.practice;

-- 3. Sentences of moves.
update booking_move as m
set why = said.why
from (
    values
    (
        'planned', 'planned',
        'Exact certainly has nothing of it, and James or the settings give other content now.'
    ),
    (
        'planned', 'held',
        'Its debtor is not booked, blocked or another person, its period is closed, the original of a credit is not booked, '
        'Exact rejects others for one cause, or it will be handed over in a workbook.'
    ),
    (
        'planned', 'doubtful',
        'Exact has an entry under its number, or one of others with its reference and total: Exact is read before anything is sent.'
    ),
    (
        'planned', 'rejected',
        'Exact certainly has nothing of it: it no longer passes our checks, its credit has waited too long, '
        'or Exact rejected it before and rejects others for one cause.'
    ),
    (
        'planned', 'exported',
        'Exact certainly has nothing of it, and its practice hands over its history in workbooks now.'
    ),
    (
        'held', 'planned',
        'What it waited for is there, it is tried again, or James has other content now.'
    ),
    (
        'held', 'exported',
        'Exact certainly has nothing of it, and its practice hands over its history in workbooks now.'
    ),
    (
        'rejected', 'planned',
        'It is tried once more as its next version: James has other content, what it depended on changed, it is time again, or a person asks for it.'
    ),
    (
        'rejected', 'rejected',
        'It was never sent, James or the settings give other content now, and that does not pass our checks either.'
    ),
    (
        'rejected', 'exported',
        'It passes the checks now, and goes into this workbook.'
    ),
    (
        'booked', 'booked',
        'People made James and Exact equal again, or a person says that what stands in Exact by hand is this invoice: '
        'the ledger takes over what both have; nothing is sent.'
    )
) as said (from_state, to_state, why)
where m.from_state = said.from_state and m.to_state = said.to_state;

-- What the pages read of all practices at once, and of one practice among a million bookings.

-- 1. The sums of a night's numbers as columns: the same amounts, so that nobody opens three thousand
-- JSON documents to add them up.
create function booked_in_numbers(numbers jsonb) returns bigint language sql immutable as $$
    select sum((total ->> 'gross_cents')::bigint)::bigint
    from jsonb_array_elements(case jsonb_typeof(numbers -> 'per_journal') when 'array' then numbers -> 'per_journal' end) as total
    where total ->> 'state' = 'booked' and total ->> 'revenue_group' is null
$$;
comment on function booked_in_numbers is 'Gross cents that a night booked, by the totals per journal of its numbers';

alter table run
add column night_cents bigint generated always as (
    case when numbers is not null then coalesce(booked_in_numbers(numbers), 0) end
) stored,
add column james_cents bigint generated always as ((numbers ->> 'james_cents')::bigint) stored,
add column ledger_cents bigint generated always as ((numbers ->> 'ledger_cents')::bigint) stored,
add column exact_cents bigint generated always as ((numbers ->> 'exact_cents')::bigint) stored,
add column exported_cents bigint generated always as ((numbers ->> 'exported_cents')::bigint) stored,
add column open_cents bigint generated always as ((numbers ->> 'open_cents')::bigint) stored,
add column difference_cents bigint generated always as ((numbers ->> 'difference_cents')::bigint) stored;

-- 2. Indexes.
create index run_night on run (practice, started_at desc)
include (
    book_day, outcome, finished_at, night_cents, james_cents, ledger_cents, exact_cents, exported_cents, open_cents
)
where not dry_run and airflow_run_id not like '%:history';
create index booking_open on booking (practice, source_key, version) include (state, kind, planned_at, entry_date)
where state in ('held', 'planned', 'sending', 'rejected', 'doubtful');
drop index booking_day;
create index booking_day on booking (practice, entry_date) include (state) where kind <> 'debtor';
create index booking_of_practice on booking (practice, booking_id);
create index booking_debtor on booking (practice, debtor_number);
create index booking_number on booking (practice, entry_number) where entry_number is not null;

-- 3. How each practice stands.
create view open_booking as
select
    b.booking_id,
    b.practice,
    b.source_key,
    b.kind,
    b.state,
    b.reason,
    b.planned_at,
    b.entry_date,
    b.total_cents
from booking as b
where
    b.state in ('held', 'planned', 'sending', 'rejected', 'doubtful')
    and (
        b.state in ('planned', 'sending')
        or not exists (
            select 1
            from booking as newer
            where newer.practice = b.practice and newer.source_key = b.source_key and newer.version > b.version
        )
    );
comment on view open_booking is
'The latest version of each record that is neither booked, handed over nor closed; it is read for all practices at once';

create view practice_status as
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
    counted.ledger_cents + counted.exported_cents + counted.open_cents as complete_cents,
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
        r.open_cents
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
comment on view practice_status is
'How each practice stands: link, last night, its euros in James, ledger and Exact, and what is open by age';

-- What is open costs by how much is open: whether a version of a record is the latest, and which cause
-- its reason is, are kept with the booking. They were found again for each row of each page.

-- 1. The latest version.
alter table booking add column is_latest boolean not null default true;
comment on column booking.is_latest is 'Whether no newer version of the record has a row';

create function be_the_latest() returns trigger language plpgsql as $$
begin
    update exact_sync.booking as b
    set is_latest = false
    where b.practice = new.practice and b.source_key = new.source_key and b.version < new.version and b.is_latest;
    return new;
end $$;
create trigger booking_is_the_latest before insert on booking
for each row when (new.version > 1)
execute function be_the_latest();

update booking as b
set is_latest = false
where
    exists (
        select 1
        from booking as newer
        where newer.practice = b.practice and newer.source_key = b.source_key and newer.version > b.version
    );

-- 2. The cause. PostgreSQL keeps it equal to the reason; no statement writes it.
create function cause_id(reason text, named jsonb) returns text
language sql immutable
return reason || '-' || left(md5(named::text), 12);

create function cause_of_record(reason text, named jsonb, message text) returns jsonb
language sql immutable
return case
    when reason = 'rejected_other'
        then cause_values(reason, jsonb_build_object('message', md5(regexp_replace(message, '[0-9]+', '#', 'g'))))
    when reason is not null then cause_values(reason, named)
end;
comment on function cause_of_record is
'What is to be put right for a record; of Exact''s own words a digest without numbers';

alter table booking
add column cause_values jsonb generated always as (cause_of_record(reason, reason_values, exact_message)) stored,
add column cause_id text generated always as (
    cause_id(reason, cause_of_record(reason, reason_values, exact_message))
) stored;
comment on column booking.cause_values is 'What is to be put right for its reason: {"account": "8310"}';
comment on column booking.cause_id is 'The same for all records with one cause, over practices and nights';

drop index booking_open;
create unique index booking_open on booking (practice, source_key)
include (
    booking_id, state, kind, planned_at, open_since, entry_date, total_cents, reason, cause_id, debtor_number, credits_key
)
where state in ('held', 'planned', 'sending', 'rejected', 'doubtful') and is_latest;
create index booking_open_reason on booking (practice, reason, kind, booking_id)
where state in ('held', 'planned', 'sending', 'rejected', 'doubtful') and is_latest and reason is not null;

-- How far the older invoices of a practice are is a sum over all of them.
drop index booking_day;
create index booking_day on booking (practice, entry_date) include (state, total_cents, booked_at, is_latest)
where kind <> 'debtor';

-- 3. Records: what is open is what it was.
create function is_open(state text, planned_at timestamptz) returns boolean language sql stable
return state in ('held', 'rejected', 'doubtful')
or (state in ('planned', 'sending') and planned_at <= now() - interval '1 day');
comment on function is_open is
'Whether the latest version of a record is open: rejected, held or doubtful, or planned a day ago and still not sent';

create or replace view unbooked_booking as
select
    b.booking_id,
    b.practice,
    b.source_key,
    b.kind,
    b.state,
    b.debtor_number,
    b.credits_key,
    b.entry_number,
    b.entry_date,
    b.reference,
    b.total_cents,
    b.reason,
    b.reason_values,
    b.exact_message,
    b.planned_at,
    case when b.state in ('planned', 'sending') then b.planned_at else coalesce(b.open_since, b.planned_at) end as since,
    is_open(b.state, b.planned_at) as is_open,
    b.cause_values,
    b.cause_id
from booking as b
where b.state in ('held', 'planned', 'sending', 'rejected', 'doubtful') and b.is_latest;

create or replace view open_booking as
select *  -- noqa: AM04
from unbooked_booking
where is_open;

-- Only what waits for another record looks for one.
create function waits_for_another(reason text) returns boolean
language sql immutable
return reason in (
    'waiting_for_original', 'original_not_booked', 'debtor_not_booked', 'debtor_identity_changed', 'others_rejected'
);
comment on function waits_for_another is
'Whether a record with this reason waits for its original, its debtor, or others that Exact rejects alike';

create or replace view open_record as
select
    b.booking_id,
    b.practice,
    b.source_key,
    b.kind,
    b.state,
    b.total_cents,
    b.entry_date,
    b.since,
    b.booking_id as cause_booking_id,
    coalesce(b.reason, case b.state when 'doubtful' then 'answer_lost' else 'not_yet_due' end) as reason,
    b.reason_values,
    b.exact_message,
    coalesce(b.cause_values, '{}'::jsonb) as cause_values,
    coalesce(
        b.cause_id,
        cause_id(case b.state when 'doubtful' then 'answer_lost' else 'not_yet_due' end, '{}'::jsonb)
    ) as cause_id
from open_booking as b
where b.reason is null or not waits_for_another(b.reason)
union all
select
    b.booking_id,
    b.practice,
    b.source_key,
    b.kind,
    b.state,
    b.total_cents,
    b.entry_date,
    b.since,
    coalesce(debtor.booking_id, original.booking_id, alike.booking_id, b.booking_id) as cause_booking_id,
    coalesce(debtor.reason, original.reason, alike.reason, b.reason) as reason,
    case
        when debtor.reason is not null then debtor.reason_values
        when original.reason is not null then original.reason_values
        when alike.reason is not null then alike.reason_values
        else b.reason_values
    end as reason_values,
    case
        when debtor.reason is not null then debtor.exact_message
        when original.reason is not null then original.exact_message
        when alike.reason is not null then alike.exact_message
        else b.exact_message
    end as exact_message,
    case
        when debtor.reason is not null then debtor.cause_values
        when original.reason is not null then original.cause_values
        when alike.reason is not null then alike.cause_values
        else b.cause_values
    end as cause_values,
    coalesce(debtor.cause_id, original.cause_id, alike.cause_id, b.cause_id) as cause_id
from open_booking as b
left join lateral (
    select latest.*
    from (
        select
            v.booking_id,
            v.debtor_number,
            v.reason,
            v.reason_values,
            v.exact_message,
            v.cause_values,
            v.cause_id,
            v.state,
            v.planned_at
        from booking as v
        where
            v.practice = b.practice
            and v.source_key = case when b.reason in ('waiting_for_original', 'original_not_booked') then b.credits_key end
        order by v.version desc
        limit 1
    ) as latest
    where
        latest.reason is not null
        and is_open(latest.state, latest.planned_at)
) as original on true
left join lateral (
    select latest.*
    from (
        select
            v.booking_id,
            v.reason,
            v.reason_values,
            v.exact_message,
            v.cause_values,
            v.cause_id,
            v.state,
            v.planned_at
        from booking as v
        where
            v.practice = b.practice
            and v.source_key = case
                when b.kind <> 'debtor' and coalesce(original.reason, b.reason) in ('debtor_not_booked', 'debtor_identity_changed')
                    then 'debiteur:' || coalesce(original.debtor_number, b.debtor_number)
            end
        order by v.version desc
        limit 1
    ) as latest
    where
        latest.reason is not null
        and is_open(latest.state, latest.planned_at)
) as debtor on true
left join lateral (
    select
        a.booking_id,
        a.reason,
        a.reason_values,
        a.exact_message,
        a.cause_values,
        a.cause_id
    from open_booking as a
    where
        b.reason = 'others_rejected'
        and a.practice = b.practice and a.kind = b.kind and a.reason = b.reason_values ->> 'cause'
    order by a.booking_id desc
    limit 1
) as alike on true
where waits_for_another(b.reason);

-- 4. Nights: since when one is open is told beside what is the matter with it.
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
    found.problem,
    case found.problem
        when 'failed' then coalesce(night.finished_at, night.started_at)
        when 'unfinished' then (due.day + time '07:00') at time zone 'Europe/Amsterdam'
        when 'missing'
            then (
                coalesce(night.book_day, (p.created_at at time zone 'Europe/Amsterdam')::date) + 1 + time '07:00'
            ) at time zone 'Europe/Amsterdam'
    end as problem_since,
    stop.reason as stop_reason,
    stop.named as stop_values,
    stop.task as stop_task,
    whole.still as is_open_of_practice,
    found.problem is not null and not coalesce(whole.still, false) as is_open
from practice as p
cross join (select ((now() at time zone 'Europe/Amsterdam') - interval '7 hours')::date as day) as due
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
    where r.practice = p.code and r.is_night
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
) as found
left join lateral (
    select
        f.problems #>> '{0,0}' as reason,
        coalesce(f.problems #> '{0,1}', '{}'::jsonb) as named,
        f.task
    from night_failure as f
    where f.practice = p.code and f.airflow_run_id = night.airflow_run_id and found.problem = 'failed'
    order by f.noted_at, f.step
    limit 1
) as stop on true
left join lateral (
    select
        case
            when stop.reason = 'link_broken'
                then
                    exists (
                        select 1
                        from token_chain as t
                        where t.chain_id = p.chain_id and t.state = 'reconnect_needed'
                    )
            when stop.reason = 'scope_missing'
                then
                    exists (
                        select 1
                        from token_chain as c
                        inner join missing_scope as m on c.client_id = m.client_id
                        where c.chain_id = p.chain_id and m.cleared_at is null
                    )
            when stop.reason in ('practice_stopped', 'practice_stopped_at_number') then p.stopped_at is not null
        end as still
) as whole on true;
comment on column latest_night.problem_since is 'Since when its problem is so; null without one';
comment on column latest_night.stop_reason is 'Of a night that failed: the first thing that stopped one of its tasks';
comment on column latest_night.is_open_of_practice is
'Whether what stopped it is open of the whole practice; null when that is nothing a practice is open by';

-- A night whose cause is open of the whole practice is no second item.
create or replace view open_night as
select
    n.code as practice,
    n.problem,
    coalesce(
        told.reason,
        case n.problem
            when 'missing' then 'night_missing'
            when 'unfinished' then 'night_unfinished'
            else 'night_failed'
        end
    ) as reason,
    case
        when told.reason is not null then cause_values(told.reason, n.stop_values)
        else jsonb_build_object('date', told.day)
    end as cause_values,
    case when told.reason is not null then n.stop_values else '{}'::jsonb end || jsonb_strip_nulls(
        jsonb_build_object(
            'date', told.day,
            'run', case when n.problem <> 'missing' then n.airflow_run_id end,
            'task', n.stop_task
        )
    ) as reason_values,
    told.day,
    n.problem_since as since
from latest_night as n
cross join lateral (
    select
        case when n.is_open_of_practice is null then n.stop_reason end as reason,
        case when n.problem = 'failed' then n.book_day else n.due_day end as day
) as told
where n.is_open;

-- 5. All that is open, a row each.
create or replace view v_open_items as
select
    o.practice,
    p.name as practice_name,
    o.subject,
    o.kind,
    o.state,
    o.reason,
    o.cause_values,
    o.cause_id,
    o.cents,
    o.day,
    o.since,
    o.booking_id,
    o.cause_booking_id,
    o.difference_id,
    o.reason_values
from (
    select
        r.practice,
        r.source_key as subject,
        r.kind,
        r.state,
        r.reason,
        r.cause_values,
        r.cause_id,
        abs(r.total_cents) as cents,
        r.entry_date as day,
        r.since,
        r.booking_id,
        r.cause_booking_id,
        null::bigint as difference_id,
        null::jsonb as reason_values
    from open_record as r
    union all
    select
        d.practice,
        d.subject,
        d.kind,
        'different' as state,
        d.cause as reason,
        '{}'::jsonb as cause_values,
        cause_id(d.cause, '{}'::jsonb) as cause_id,
        abs(d.james_cents - d.exact_cents) as cents,
        d.day,
        d.since,
        null as booking_id,
        null as cause_booking_id,
        d.difference_id,
        null as reason_values
    from open_difference as d
    union all
    select
        w.practice,
        w.subject,
        w.kind,
        w.state,
        w.reason,
        w.cause_values,
        cause_id(w.reason, w.cause_values) as cause_id,
        w.cents,
        w.day,
        w.since,
        null as booking_id,
        null as cause_booking_id,
        null as difference_id,
        w.reason_values
    from open_practice as w
) as o
inner join practice as p on o.practice = p.code;

-- 6. How each practice stands: its night is read once.
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
    coalesce(u.day, 0) + coalesce(d.day, 0) + coalesce(w.day, 0)
    + (night.is_open and age_of(night.problem_since) = 'day')::integer as open_day,
    coalesce(u.week, 0) + coalesce(d.week, 0) + coalesce(w.week, 0)
    + (night.is_open and age_of(night.problem_since) = 'week')::integer as open_week,
    coalesce(u.month, 0) + coalesce(d.month, 0) + coalesce(w.month, 0)
    + (night.is_open and age_of(night.problem_since) = 'month')::integer as open_month,
    coalesce(u.older, 0) + coalesce(d.older, 0) + coalesce(w.older, 0)
    + (night.is_open and age_of(night.problem_since) = 'older')::integer as open_older,
    least(u.oldest, d.oldest, w.oldest, case when night.is_open then night.problem_since end) as open_since,
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
        a.practice,
        (sum(a.records) filter (where a.age = 'day'))::bigint as day,
        (sum(a.records) filter (where a.age = 'week'))::bigint as week,
        (sum(a.records) filter (where a.age = 'month'))::bigint as month,
        (sum(a.records) filter (where a.age = 'older'))::bigint as older,
        min(a.oldest) filter (where a.age is not null) as oldest,
        (sum(a.records) filter (where a.age is null))::bigint as waiting,
        sum(a.history_left)::bigint as history_left
    from (
        select
            b.practice,
            case when b.is_open then age_of(b.since) end as age,
            count(*) as records,
            min(b.since) as oldest,
            count(*) filter (where b.kind <> 'debtor' and b.entry_date < own.link_date) as history_left
        from unbooked_booking as b
        inner join practice as own on b.practice = own.code
        group by b.practice, case when b.is_open then age_of(b.since) end
    ) as a
    group by a.practice
) as u on p.code = u.practice
left join (
    select
        a.practice,
        (sum(a.records) filter (where a.age = 'day'))::bigint as day,
        (sum(a.records) filter (where a.age = 'week'))::bigint as week,
        (sum(a.records) filter (where a.age = 'month'))::bigint as month,
        (sum(a.records) filter (where a.age = 'older'))::bigint as older,
        min(a.oldest) filter (where a.age is not null) as oldest,
        (sum(a.cents) filter (where not a.is_unexplained))::bigint as explained_cents,
        (sum(a.cents) filter (where a.is_unexplained))::bigint as unexplained_cents,
        (sum(a.records) filter (where a.is_unexplained))::bigint as unexplained
    from (
        select
            f.practice,
            f.cause = 'unexplained' as is_unexplained,
            case when f.is_open then age_of(f.since) end as age,
            count(*) as records,
            min(f.since) as oldest,
            sum(abs(f.james_cents - f.exact_cents)) as cents
        from unended_difference as f
        group by f.practice, f.cause = 'unexplained', case when f.is_open then age_of(f.since) end
    ) as a
    group by a.practice
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
    where i.kind <> 'night'
    group by i.practice
) as w on p.code = w.practice;

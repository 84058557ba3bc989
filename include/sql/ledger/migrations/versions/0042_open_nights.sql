-- One definition of what is open, second part: nights and whole practices, and all together.

-- 1. Nights: the latest of each practice, and what is the matter with it. A night must have ended by
-- 07:00. One that failed after it compared James and Exact has its differences as open items.
create function first_problem(cause text) returns jsonb language plpgsql immutable as $$
begin
    return coalesce(substring(cause from '^[a-z_]+ (\{.*?\})(?:; [a-z_]+ \{|$)')::jsonb, '{}'::jsonb);
exception when invalid_text_representation then
    return '{}'::jsonb;
end $$;
comment on function first_problem is 'The values of the first of the problems in run_stop.cause; none when they can''t be read';

create view latest_night as
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
        and not r.dry_run
        and r.airflow_run_id not like '%:history'
        and r.airflow_run_id not like 'backfill__%'
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
                        and not earlier.dry_run
                        and earlier.airflow_run_id not like '%:history'
                        and earlier.airflow_run_id not like 'backfill__%'
                )
                then 'unfinished'
            when night.outcome = 'failed' and night.james_cents is null then 'failed'
        end as problem
    order by problem
    limit 1
) as found;
comment on view latest_night is 'The latest night of each practice, and whether it is missing, unfinished or failed';
comment on column latest_night.due_day is 'The last book day whose night must have ended by now';

drop index run_night;
create index run_night on run (practice, started_at desc)
include (
    run_id, airflow_run_id, book_day, outcome, finished_at, night_cents, james_cents, ledger_cents, exact_cents,
    exported_cents, open_cents, closed_cents
)
where not dry_run and airflow_run_id not like '%:history' and airflow_run_id not like 'backfill__%';

create view open_night as
select
    n.code as practice,
    n.problem,
    coalesce(
        stop.reason,
        case n.problem
            when 'missing' then 'night_missing'
            when 'unfinished' then 'night_unfinished'
            else 'night_failed'
        end
    ) as reason,
    case
        when stop.reason is not null then cause_values(stop.reason, stop.named)
        else jsonb_build_object('date', case when n.problem = 'failed' then n.book_day else n.due_day end)
    end as cause_values,
    coalesce(stop.named, '{}'::jsonb) || jsonb_strip_nulls(
        jsonb_build_object(
            'date', case when n.problem = 'failed' then n.book_day else n.due_day end,
            'run', case when n.problem <> 'missing' then n.airflow_run_id end,
            'task', stop.task
        )
    ) as reason_values,
    case when n.problem = 'failed' then n.book_day else n.due_day end as day,
    case
        when n.problem = 'failed' then coalesce(n.finished_at, n.started_at)
        when n.problem = 'unfinished' then (n.due_day + time '07:00') at time zone 'Europe/Amsterdam'
        else (
            coalesce(n.book_day, (p.created_at at time zone 'Europe/Amsterdam')::date) + 1 + time '07:00'
        ) at time zone 'Europe/Amsterdam'
    end as since
from latest_night as n
inner join practice as p on n.code = p.code
left join lateral (
    select
        split_part(s.cause, ' ', 1) as reason,
        first_problem(s.cause) as named,
        s.task
    from run_stop as s
    where s.run_id = n.run_id and n.problem = 'failed'
    order by s.noted_at
    limit 1
) as stop on true
where n.problem is not null;
comment on view open_night is 'Nights that are open: missing or unfinished at 07:00, or failed before anything was compared';

-- 2. What is open of a whole practice.
create view open_practice as
select
    s.code as practice,
    s.code as subject,
    'practice' as kind,
    'stopped' as state,
    coalesce(s.stop_values ->> 'reason', 'practice_stopped') as reason,
    jsonb_build_object('practice', s.code) as cause_values,
    s.stop_values as reason_values,
    0::bigint as cents,
    null::date as day,
    s.stopped_at as since
from practice as s
where s.stopped_at is not null
union all
select
    l.code as practice,
    l.code as subject,
    'practice' as kind,
    'stopped' as state,
    'reconnect_needed' as reason,
    jsonb_build_object('chain', md5(t.chain_id::text)) as cause_values,
    jsonb_build_object('cause', t.state_reason) as reason_values,
    0 as cents,
    null as day,
    coalesce(t.reported_at, t.issued_at) as since
from practice as l
inner join token_chain as t on l.chain_id = t.chain_id
where l.active and t.state = 'reconnect_needed'
union all
select
    q.code as practice,
    q.code as subject,
    'practice' as kind,
    'stopped' as state,
    'app_scope_missing' as reason,
    jsonb_build_object('scope', m.scope) as cause_values,
    jsonb_build_object('scope', m.scope) as reason_values,
    0 as cents,
    null as day,
    m.found_at as since
from practice as q
inner join token_chain as c on q.chain_id = c.chain_id
inner join missing_scope as m on c.client_id = m.client_id
where q.active and m.cleared_at is null
union all
select
    n.practice,
    'nacht:' || n.day as subject,
    'night' as kind,
    'stopped' as state,
    n.reason,
    n.cause_values,
    n.reason_values,
    0 as cents,
    n.day,
    n.since
from open_night as n
union all
select
    w.practice,
    w.file_name as subject,
    'workbook' as kind,
    'exported' as state,
    'workbook_not_imported' as reason,
    jsonb_build_object('file', w.file_name) as cause_values,
    jsonb_build_object('file', w.file_name, 'number', w.left_over) as reason_values,
    w.cents,
    null as day,
    w.since
from open_workbook as w;
comment on view open_practice is 'What is open of a whole practice: its link, its nights, its workbooks, and what stopped it';

-- 3. Each open record with the booking that has its cause: its debtor, the invoice that it credits,
-- one of those that Exact rejected before the rest was held; else itself.
create view open_record as
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
    coalesce(
        debtor.reason,
        original.reason,
        alike.reason,
        b.reason,
        case b.state when 'doubtful' then 'answer_lost' else 'not_yet_due' end
    ) as reason,
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
    end as exact_message
from open_booking as b
left join open_booking as original
    on
        b.practice = original.practice
        and b.credits_key = original.source_key
        and b.reason in ('waiting_for_original', 'original_not_booked')
        and original.reason is not null
left join open_booking as debtor
    on
        b.practice = debtor.practice
        and debtor.source_key = 'debiteur:' || coalesce(original.debtor_number, b.debtor_number)
        and b.kind <> 'debtor'
        and coalesce(original.reason, b.reason) in ('debtor_not_booked', 'debtor_identity_changed')
        and debtor.reason is not null
left join lateral (
    select
        a.booking_id,
        a.reason,
        a.reason_values,
        a.exact_message
    from open_booking as a
    where
        b.reason = 'others_rejected'
        and a.practice = b.practice
        and a.kind = b.kind
        and a.reason = b.reason_values ->> 'cause'
    order by a.booking_id desc
    limit 1
) as alike on true;
comment on view open_record is 'Each record that is open, with the reason, and the booking, that it is really about';

-- 4. All that is open, a row each.
create view v_open_items as
select
    o.practice,
    p.name as practice_name,
    o.subject,
    o.kind,
    o.state,
    o.reason,
    o.cause_values,
    o.reason || '-' || left(md5(o.cause_values::text), 12) as cause_id,
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
        cause_values(
            r.reason,
            case r.reason
                when 'rejected_other'
                    then jsonb_build_object('message', md5(regexp_replace(r.exact_message, '[0-9]+', '#', 'g')))
                else r.reason_values
            end
        ) as cause_values,
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
comment on view v_open_items is
'All that is open: records not booked, differences, and what is open of whole practices; a row each. For BI tools too';
comment on column v_open_items.subject is
'The key of the record, the subject of the difference, the code of the practice, nacht:DAY, or the name of the workbook';
comment on column v_open_items.kind is
'debtor, sales_entry, general_journal_entry, cell; practice, night, workbook';
comment on column v_open_items.state is
'rejected, held, doubtful, planned, sending; different; exported for a workbook; stopped for a whole practice and its nights';
comment on column v_open_items.reason is 'Code of the catalogue (docs/reasons.md), which says who cures it where';
comment on column v_open_items.cause_id is 'The same for all records with one cause, over practices and nights';
comment on column v_open_items.cause_values is 'What is to be put right: {"account": "8310"}';
comment on column v_open_items.cents is
'Of the invoice, of the difference, or of what of the workbook is not imported; never negative; else 0';
comment on column v_open_items.since is 'When it was first so';
comment on column v_open_items.cause_booking_id is
'The booking that has the cause: the debtor that an invoice waits for; else the record itself';
comment on column v_open_items.reason_values is 'What the sentence of a night, a workbook or a practice names; null for records';

-- 5. How each practice stands: its open items are the rows of v_open_items, counted over the views
-- that it is made of, without the causes that a count does not need.
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
        and not r.dry_run
        and r.airflow_run_id not like '%:history'
        and r.airflow_run_id not like 'backfill__%'
        and r.james_cents is not null
    order by r.started_at desc
    limit 1
) as counted on true
left join (
    select
        b.practice,
        count(*) filter (where b.is_open and b.since > now() - interval '1 day') as day,
        count(*) filter (
            where b.is_open and b.since <= now() - interval '1 day' and b.since > now() - interval '7 days'
        ) as week,
        count(*) filter (
            where b.is_open and b.since <= now() - interval '7 days' and b.since > now() - interval '30 days'
        ) as month,
        count(*) filter (where b.is_open and b.since <= now() - interval '30 days') as older,
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
        count(*) filter (where f.is_open and f.since > now() - interval '1 day') as day,
        count(*) filter (
            where f.is_open and f.since <= now() - interval '1 day' and f.since > now() - interval '7 days'
        ) as week,
        count(*) filter (
            where f.is_open and f.since <= now() - interval '7 days' and f.since > now() - interval '30 days'
        ) as month,
        count(*) filter (where f.is_open and f.since <= now() - interval '30 days') as older,
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
        count(*) filter (where i.since > now() - interval '1 day') as day,
        count(*) filter (
            where i.since <= now() - interval '1 day' and i.since > now() - interval '7 days'
        ) as week,
        count(*) filter (
            where i.since <= now() - interval '7 days' and i.since > now() - interval '30 days'
        ) as month,
        count(*) filter (where i.since <= now() - interval '30 days') as older,
        min(i.since) as oldest
    from open_practice as i
    group by i.practice
) as w on p.code = w.practice;
comment on view practice_status is
'How each practice stands: link, last night, its euros in James, ledger and Exact, and what is open by age';

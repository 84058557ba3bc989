-- What is open, by its cause: one view for the pages, the command line, mail and BI tools.

-- 1. The values of a reason that name the thing to put right, not the record that shows it. Two
-- records with the same reason and the same of these values have one cause and one cure.
create function cause_values(reason text, named jsonb) returns jsonb
language sql immutable
return case
    -- The code is that of one relation, the journal and year those of one entry.
    when reason in ('relation_alike', 'entry_number_in_use', 'entered_before') then '{}'::jsonb
    else coalesce(
        (
            select jsonb_object_agg(v.key, v.value)
            from jsonb_each($2) as v
            where v.key in (
                'account', 'vat_code', 'journal', 'code', 'condition', 'condition_en', 'currency',
                'profession', 'group_en', 'rate_en', 'period', 'year', 'invoice_kind', 'debtor_kind',
                'item_origin', 'percentage', 'field', 'scope', 'cause', 'message'
            )
        ),
        '{}'::jsonb
    )
end;
comment on function cause_values is 'Of the values of a reason those that name what is to be put right: an account, a VAT code, a journal';

-- 2. Bookings that are not at rest. What is on its way in a night of today is not open yet.
create view unresolved_booking as
select b.*  -- noqa: AM04
from booking as b
where
    b.state in ('held', 'planned', 'sending', 'rejected', 'doubtful')
    and not (b.state in ('planned', 'sending') and b.planned_at > clock_timestamp() - interval '1 day')
    and not exists (
        select 1
        from booking as newer
        where newer.practice = b.practice and newer.source_key = b.source_key and newer.version > b.version
    );
comment on view unresolved_booking is 'The latest version of each record that is rejected, held or doubtful, or was planned a day ago';

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
    b.planned_at,
    b.reason as own_reason,
    coalesce(debtor.booking_id, original.booking_id, alike.booking_id, b.booking_id) as cause_booking_id,
    coalesce(debtor.reason, original.reason, alike.reason, b.reason, 'not_yet_due') as reason,
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
from unresolved_booking as b
left join unresolved_booking as original
    on
        b.practice = original.practice
        and b.credits_key = original.source_key
        and b.reason in ('waiting_for_original', 'original_not_booked')
        and original.reason is not null
left join unresolved_booking as debtor
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
    from unresolved_booking as a
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
    o.difference_id
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
        coalesce(
            (
                select min(h.at)
                from booking_history as h
                where h.booking_id = r.booking_id and h.reason = r.own_reason
            ),
            r.planned_at
        ) as since,
        r.booking_id,
        r.cause_booking_id,
        null::bigint as difference_id
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
        d.difference_id
    from difference as d
    where
        d.ended_at is null
        and d.accepted_by is null
        and d.cause not in ('not_yet_due', 'held', 'rejected', 'closed', 'handed_over')
    union all
    select
        s.code as practice,
        s.code as subject,
        'practice' as kind,
        'stopped' as state,
        coalesce(s.stop_values ->> 'reason', 'practice_stopped') as reason,
        jsonb_build_object('practice', s.code) as cause_values,
        0 as cents,
        null as day,
        s.stopped_at as since,
        null as booking_id,
        null as cause_booking_id,
        null as difference_id
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
        0 as cents,
        null as day,
        coalesce(t.reported_at, t.issued_at) as since,
        null as booking_id,
        null as cause_booking_id,
        null as difference_id
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
        0 as cents,
        null as day,
        m.found_at as since,
        null as booking_id,
        null as cause_booking_id,
        null as difference_id
    from practice as q
    inner join token_chain as c on q.chain_id = c.chain_id
    inner join missing_scope as m on c.client_id = m.client_id
    where q.active and m.cleared_at is null
) as o
inner join practice as p on o.practice = p.code;
comment on view v_open_items is
'All that is neither booked, handed over nor closed, and all that James and Exact have otherwise: a row per record. For BI tools too';
comment on column v_open_items.subject is 'The key of the record, the subject of the difference, or the code of the practice';
comment on column v_open_items.state is 'rejected, held, doubtful, planned, sending; different; stopped for a whole practice';
comment on column v_open_items.reason is 'Code of the catalogue (docs/reasons.md), which says who cures it where';
comment on column v_open_items.cause_id is 'The same for all records with one cause, over practices and nights';
comment on column v_open_items.cause_values is 'What is to be put right: {"account": "8310"}';
comment on column v_open_items.cents is 'Of the invoice, or of the difference; never negative; 0 for debtors and whole practices';
comment on column v_open_items.since is 'When it was first so';
comment on column v_open_items.cause_booking_id is 'The booking that has the cause: the debtor that an invoice waits for; else the record itself';

-- 5. Acts that were made together are shown, and taken back, together.
alter table act add column together uuid;
create index act_together on act (together) where together is not null;
comment on column act.together is 'The same for all that one press of a button did; null for the command line';

-- 6. A signed link may ask one question instead of a consent.
alter table activation_link add column question jsonb;
comment on column activation_link.question is
'What it asks: the code that can''t be booked on, and what it is used for; null for a link that links a practice';

alter table practice_event drop constraint practice_event_event_check;
alter table practice_event add constraint practice_event_event_check check (event in (
    'added', 'settings_saved', 'link_sent', 'consent_given', 'division_chosen', 'identity_confirmed',
    'requirement_confirmed', 'first_sync_date_set', 'activated', 'deactivated', 'disconnected',
    'question_sent', 'question_answered', 'run_cleared'
));

-- The latest version of a record is looked up by the index of its versions, one row at a time. Joins
-- of all versions with each other took minutes for some hundreds of records: of a table that was never
-- analysed PostgreSQL takes every index to find one row, and then reads all rows of the practice for
-- each row.
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
    b.state not in ('planned', 'sending') or b.planned_at <= now() - interval '1 day' as is_open
from booking as b
where
    b.state in ('held', 'planned', 'sending', 'rejected', 'doubtful')
    and b.version = (
        select max(v.version)
        from booking as v
        where v.practice = b.practice and v.source_key = b.source_key
    );

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
left join lateral (
    select latest.*
    from (
        select
            v.booking_id,
            v.debtor_number,
            v.reason,
            v.reason_values,
            v.exact_message,
            v.state,
            v.planned_at
        from booking as v
        where v.practice = b.practice and v.source_key = b.credits_key
        order by v.version desc
        limit 1
    ) as latest
    where
        b.reason in ('waiting_for_original', 'original_not_booked')
        and latest.reason is not null
        and (
            latest.state in ('held', 'rejected', 'doubtful')
            or (latest.state in ('planned', 'sending') and latest.planned_at <= now() - interval '1 day')
        )
) as original on true
left join lateral (
    select latest.*
    from (
        select
            v.booking_id,
            v.reason,
            v.reason_values,
            v.exact_message,
            v.state,
            v.planned_at
        from booking as v
        where
            v.practice = b.practice
            and v.source_key = 'debiteur:' || coalesce(original.debtor_number, b.debtor_number)
        order by v.version desc
        limit 1
    ) as latest
    where
        b.kind <> 'debtor'
        and coalesce(original.reason, b.reason) in ('debtor_not_booked', 'debtor_identity_changed')
        and latest.reason is not null
        and (
            latest.state in ('held', 'rejected', 'doubtful')
            or (latest.state in ('planned', 'sending') and latest.planned_at <= now() - interval '1 day')
        )
) as debtor on true
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

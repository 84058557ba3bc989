-- The latest version of these invoices and claims, as far as they are of the days, with what James
-- has now where that is other, and the total that Exact made of an entry that stopped the practice.
with made as (
    select distinct on (number, sent_cents)
        stop_values ->> 'number' as number,
        ((stop_values ->> 'sent')::numeric * 100)::bigint as sent_cents,
        ((stop_values ->> 'made')::numeric * 100)::bigint as made_cents
    from (
        select stop_values
        from practice
        where code = %(practice)s
        union all
        select before as stop_values
        from act
        where practice = %(practice)s and act = 'go_on'
    ) as t
    where stop_values ->> 'made' is not null
)

select
    b.booking_id,
    b.source_key,
    b.kind,
    b.state,
    b.exact_id::text as entry_id,
    b.journal,
    b.financial_year,
    b.financial_period,
    b.entry_number,
    b.entry_date,
    coalesce(b.booked_relation, handed.exact_id)::text as relation_id,
    b.reference,
    b.total_cents,
    b.credits_key,
    b.reason,
    b.closed_by_person,
    coalesce(b.moved_in_run = any(%(run_ids)s::uuid[]) and b.state = 'booked', false) as is_fresh,
    s.settings ->> 'receivables_account' as receivables_account,
    case
        when b.kind = 'general_journal_entry'
            then b.payload::jsonb #>> '{GeneralJournalEntryLines,0,GLAccount}'
    end as suspense_account_id,
    c.practice is not null as is_changed,
    c.found,
    now_of.exact_id::text as found_relation_id,
    b.due_date,
    b.payload::jsonb ->> 'PaymentCondition' as payment_condition,
    (c.found ->> 'payload')::jsonb ->> 'PaymentCondition' as found_condition,
    m.made_cents
from booking as b
left join settings_version as s on b.practice = s.practice and b.settings_version = s.version
left join james_change as c on b.practice = c.practice and b.source_key = c.source_key
left join relation as now_of
    on b.practice = now_of.practice and c.found ->> 'debtor_number' = now_of.debtor_number
left join relation as handed on b.practice = handed.practice and b.debtor_number = handed.debtor_number
left join made as m on b.state = 'booked' and b.entry_number::text = m.number and b.total_cents = m.sent_cents
where
    b.practice = %(practice)s
    and b.source_key = any(%(source_keys)s)
    and b.is_latest
    and b.kind <> 'debtor'
    and (b.entry_date is null or (b.entry_date >= %(from_date)s and b.entry_date < %(before_date)s))
order by b.booking_id;

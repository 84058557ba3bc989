-- What a run did: how many bookings reached each state through it, by kind. A debtor is created
-- when nothing was booked before for the relation that it has now, and the relation was not
-- adopted; it is changed when something was sent to it: a part that James has no more is left as it
-- is in Exact, so a debtor may be booked anew without a call.
with booked as (
    select b.*  -- noqa: AM04
    from booking as b
    where b.booking_id in (
        select h.booking_id
        from booking_history as h
        where h.to_state = 'booked' and h.run_id = any(%(run_ids)s::uuid[])
    )
),

debtor as (
    select
        b.booking_id,
        before.account is null and adopted.by_person is null as is_created,
        coalesce(
            before.account = sent.account
            and (sent.contact = 'null'::jsonb or before.contact = sent.contact)
            and (sent.bank_account = 'null'::jsonb or before.bank_account = sent.bank_account),
            false
        ) as is_unchanged
    from booked as b
    cross join
        lateral (
            select
                b.payload::jsonb -> 'account' as account,
                b.payload::jsonb -> 'contact' as contact,
                b.payload::jsonb -> 'bank_account' as bank_account
        ) as sent
    left join
        lateral (
            select
                other.payload::jsonb -> 'account' as account,
                other.payload::jsonb -> 'contact' as contact,
                other.payload::jsonb -> 'bank_account' as bank_account
            from booking as other
            where
                other.practice = b.practice
                and other.source_key = b.source_key
                and other.booking_id < b.booking_id
                and other.state = 'booked'
                and other.exact_id = b.exact_id
            order by other.booking_id desc
            limit 1
        ) as before
        on true
    left join
        lateral (
            select r.adopted_by as by_person
            from relation as r
            where r.practice = b.practice and r.exact_id = b.exact_id
        ) as adopted
        on true
    where b.kind = 'debtor'
)

select
    count(*) filter (where d.is_created) as debtors_created,
    count(*) filter (where not (d.is_created or d.is_unchanged)) as debtors_changed,
    count(*) filter (where b.kind = 'sales_entry') as sales_entries,
    count(*) filter (where b.kind = 'general_journal_entry') as general_journal_entries
from booked as b
left join debtor as d on b.booking_id = d.booking_id;

-- Notes what each credit invoice of the plan credits: a record of the ledger with that number, else
-- one that is planned along with it; one of its own kind (invoice or claim) first.
with stated as (
    select
        invoice_key,
        credited_invoice_number as number
    from staged_invoice
    where
        run_id = %(run_id)s
        and credited_invoice_number is not null
        and invoice_key in (select n.source_key from new_booking as n)
),

credit as (
    select
        latest.booking_id,
        stated.invoice_key as source_key,
        latest.entry_date,
        stated.number
    from stated
    cross join
        lateral (
            select
                b.booking_id,
                b.state,
                b.entry_date
            from booking as b
            where b.practice = %(practice)s and b.source_key = stated.invoice_key
            order by b.version desc
            limit 1
        ) as latest
    where latest.state in ('planned', 'held')
),

original as (
    select
        c.booking_id,
        o.source_key,
        o.entry_date,
        split_part(o.source_key, ':', 1) = split_part(c.source_key, ':', 1) as is_same_kind,
        1 as preference
    from credit as c
    inner join current_booking as o on c.number = o.entry_number::text
    where
        o.practice = %(practice)s
        and o.kind <> 'debtor'
        and o.source_key <> c.source_key
        and o.entry_date <= c.entry_date
    union all
    select
        c.booking_id,
        o.invoice_key as source_key,
        o.invoice_date as entry_date,
        split_part(o.invoice_key, ':', 1) = split_part(c.source_key, ':', 1) as is_same_kind,
        2 as preference
    from credit as c
    inner join staged_invoice as o on c.number = o.invoice_number
    where o.run_id = %(run_id)s and o.invoice_key <> c.source_key and o.invoice_date <= c.entry_date
),

chosen as (
    select distinct on (booking_id)
        booking_id,
        source_key
    from original
    order by booking_id asc, is_same_kind desc, preference asc, entry_date desc, source_key asc
)

update booking as b
set
    credits_number = credit.number,
    credits_key = chosen.source_key
from credit
left join chosen on credit.booking_id = chosen.booking_id
where b.booking_id = credit.booking_id;

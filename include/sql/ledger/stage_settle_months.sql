-- Settles the months that a run read, once it has planned what it fetched: while James says the
-- same of them, their keys are not read again. Promises that each invoice of a settled month is in
-- the ledger as James had it, or is among those that are asked for each night. What the run left to
-- another one, or what keeps the content with which it was sent, leaves its month as it is.
with lacking as (
    select distinct coalesce(date_trunc('month', s.invoice_date)::date, '-infinity') as month
    from staged_invoice as s
    left join
        lateral (
            select
                booking.closed_by_person,
                booking.source_changed_at,
                true as is_known
            from booking
            where
                booking.practice = %(practice)s
                and booking.source_key = s.invoice_key
                and booking.is_latest
            offset 0  -- noqa: AM09
        ) as b
        on true
    where
        s.run_id = %(run_id)s
        and not coalesce(
            b.is_known and (b.closed_by_person or b.source_changed_at is not distinct from s.changed_at),
            false
        )
        and not exists (
            select 1
            from james_change as c
            where c.practice = %(practice)s and c.source_key = s.invoice_key
        )
)

update james_month
set settled = true
where
    practice = %(practice)s
    and run_id = %(run_id)s
    and not settled
    and month not in (select lacking.month from lacking);

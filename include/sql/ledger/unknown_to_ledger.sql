-- Invoices of this run that the ledger has never seen, and that stand in our journals in Exact with
-- their number, day and total, as no booking of another record (a claim and an invoice may have one
-- number). One that it rejected may have been booked by hand since: that is no sign of an older
-- ledger, and is read before it is sent. `is_overdue`: an earlier night went over that day and was
-- reconciled, so it must have put every invoice of that day into this ledger.
with last_night as (
    select max(run.book_day) as book_day
    from run
    where
        run.practice = %(practice)s
        and run.run_id <> %(run_id)s
        and run.is_night
        and run.numbers is not null
)

select
    s.invoice_number,
    coalesce(s.invoice_date < last_night.book_day, false) as is_overdue
from staged_invoice as s
cross join last_night
left join current_booking as b on b.practice = %(practice)s and s.invoice_key = b.source_key
where
    s.run_id = %(run_id)s
    and b.booking_id is null
    and exists (
        select 1
        from exact_line as x
        where
            x.practice = %(practice)s
            and x.journal = any(%(journals)s)
            and x.entry_number::text = s.invoice_number
            and x.entry_number
            = case when s.invoice_number ~ '^[0-9]{1,9}$' then s.invoice_number::integer end  -- by its index
            and x.entry_date = s.invoice_date
            and x.cents = s.total * 100
            and not exists (
                select 1
                from booking as ours
                inner join practice_of_division as d on ours.practice = d.serves
                where d.practice = x.practice and ours.exact_id = x.entry_id
            )
    )
order by s.invoice_number;

-- The invoices of some days that are neither booked, handed over nor closed.
select a.*  -- noqa: AM04
from attention_booking as a
inner join booking as b on a.booking_id = b.booking_id
where
    a.practice = %(practice)s
    and a.kind <> 'debtor'
    and b.entry_date >= %(first_day)s
    and b.entry_date < %(last_day)s
order by a.booking_id;

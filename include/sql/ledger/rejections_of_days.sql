-- The invoices of some days that are rejected.
select a.*  -- noqa: AM04
from attention_booking as a
inner join booking as b on a.booking_id = b.booking_id
where
    a.practice = %(practice)s
    and a.state = 'rejected'
    and a.kind <> 'debtor'
    and b.entry_date >= %(first_day)s
    and b.entry_date < %(last_day)s
order by a.booking_id;

-- Of which records of ours James is asked by their keys: those that are not booked (rejected and
-- held ones are fetched again), those that were closed for now, those that a person closed, taken
-- back or not (they are not fetched nor followed to another day while they are closed), those that
-- James had otherwise than they are booked, and those of the months that are read whose keys were
-- not among them: gone, or with another day now.
insert into asked_key
select b.source_key
from booking as b
where
    b.practice = %(practice)s
    and b.kind <> 'debtor'
    and b.state in ('held', 'planned', 'sending', 'rejected', 'doubtful')
    and b.is_latest
union
select b.source_key
from booking as b
where
    b.practice = %(practice)s
    and b.kind <> 'debtor'
    and b.state = 'closed'
    and not b.closed_by_person
    and b.is_latest
union
select a.subject as source_key
from act as a
where a.practice = %(practice)s and a.act = 'close'
union
select c.source_key
from james_change as c
where c.practice = %(practice)s
union
select b.source_key
from month_read as m
cross join
    lateral (
        select booking.source_key
        from booking
        where
            booking.practice = %(practice)s
            and booking.kind <> 'debtor'
            and booking.entry_date >= m.first_day
            and booking.entry_date < m.before
            and booking.state in ('booked', 'exported', 'rejected', 'held', 'closed')
            and booking.is_latest
        offset 0  -- noqa: AM09
    ) as b
except
select k.invoice_key
from james_key as k;

-- The financial years in which the link booked anything, the newest first.
select distinct b.financial_year
from booking as b
where
    b.practice = %(practice)s
    and b.kind <> 'debtor'
    and b.state = 'booked'
    and b.financial_year is not null
order by b.financial_year desc;

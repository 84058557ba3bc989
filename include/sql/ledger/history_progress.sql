-- How many invoices and claims from before the link date are booked, handed over or closed.
select count(*) as done
from practice as p
inner join booking as b on p.code = b.practice and b.entry_date < p.link_date
where
    p.code = %(practice)s
    and b.kind <> 'debtor'
    and b.state in ('booked', 'exported', 'closed');

-- How far the import or hand-over of older invoices is: how many are known, and how many are done.
select
    count(*) as known,
    count(*) filter (where b.state in ('booked', 'exported', 'closed')) as done
from current_booking as b
inner join practice as p on b.practice = p.code
where b.practice = %(practice)s and b.kind <> 'debtor' and b.entry_date < p.link_date;

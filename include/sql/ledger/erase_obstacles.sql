-- What of a debtor is not settled: his own record and his invoices that are neither booked, handed
-- over nor closed, and differences that are open: each once.
select
    b.source_key,
    b.state as obstacle
from current_booking as b
where
    b.practice = %(practice)s
    and b.debtor_number = %(debtor_number)s
    and b.state not in ('booked', 'exported', 'closed')
union
select
    d.source_key,
    d.cause as obstacle
from difference as d
inner join current_booking as b on d.practice = b.practice and d.source_key = b.source_key
where
    d.practice = %(practice)s
    and b.debtor_number = %(debtor_number)s
    and d.ended_at is null
    and d.accepted_by is null
    and d.cause <> 'debtor_gone_in_source'
order by source_key, obstacle;

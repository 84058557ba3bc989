-- What Exact books under the ids of our entries, as last read.
select
    x.entry_id::text,
    x.gl_account,
    x.cents
from exact_line as x
inner join booking as b on x.practice = b.practice and x.entry_id = b.exact_id
where
    x.practice = %(practice)s
    and b.state = 'booked'
    and b.entry_date >= %(from_date)s
    and b.entry_date < %(before_date)s
order by x.entry_id, x.line_id;

-- Notes the due date that Exact showed first for each entry of ours: a later one was changed.
update booking as b
set due_date = x.due_date
from exact_line as x
where
    b.practice = %(practice)s
    and b.kind = 'sales_entry'
    and b.state = 'booked'
    and b.due_date is null
    and b.practice = x.practice
    and b.exact_id = x.entry_id
    and x.due_date is not null;

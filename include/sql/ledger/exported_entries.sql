-- The bookings that a run hands over in a workbook, with the debtor's name as Exact has or will
-- have it.
select
    b.payload,
    b.entry_date,
    b.entry_number,
    b.debtor_number,
    d.payload::jsonb #>> '{account,Name}' as debtor_name,
    b.total_cents
from booking as b
left join current_booking as d on b.practice = d.practice and d.source_key = 'debiteur:' || b.debtor_number
where
    b.run_id = %(run_id)s
    and b.kind = %(kind)s
    and b.state = 'exported'
order by b.entry_date, b.entry_number;

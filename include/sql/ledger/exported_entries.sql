-- The bookings that a run hands over and that are in no workbook yet, with code and name of their
-- relation as Exact has them; a relation that was made a moment ago is not in its mirror yet, and
-- is as we sent it. By day and number.
select
    b.kind,
    b.payload,
    b.entry_date,
    b.entry_number,
    coalesce(nullif(x.code, ''), b.debtor_number) as relation_code,
    coalesce(nullif(x.name, ''), d.payload::jsonb #>> '{account,Name}') as debtor_name,
    b.total_cents,
    coalesce(d.payload::jsonb -> 'account', '{}'::jsonb) as relation
from booking as b
left join current_booking as d on b.practice = d.practice and d.source_key = 'debiteur:' || b.debtor_number
left join relation as r on b.practice = r.practice and b.debtor_number = r.debtor_number
left join exact_relation as x on r.practice = x.practice and r.exact_id = x.exact_id
where
    b.run_id = %(run_id)s
    and b.kind <> 'debtor'
    and b.state = 'exported'
    and b.export_id is null
order by b.entry_date, b.entry_number;

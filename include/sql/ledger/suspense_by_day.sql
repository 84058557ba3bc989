-- What PIN and cash put on each suspense account per day, for the bookkeeper to match with bank and
-- till: gross cents, and the number of entries.
select
    b.entry_date as day,
    b.payload::jsonb #>> '{GeneralJournalEntryLines,0,GLAccount}' as gl_account_id,
    count(*) as entries,
    sum(b.total_cents)::bigint as gross_cents
from booking as b
where
    b.practice = %(practice)s
    and b.kind = 'general_journal_entry'
    and b.state = 'booked'
    and b.entry_date >= %(from_date)s
    and b.entry_date < %(before_date)s
group by 1, 2
order by 1, 2;

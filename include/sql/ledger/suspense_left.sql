-- What keeps the suspense accounts from going back to zero, by invoice or entry: bank and till book
-- off what was paid, and Exact has another amount on these accounts. Those are the differences of
-- the general journal that have not ended, whatever their cause. Gross cents.
select
    d.day,
    d.subject,
    d.source_key,
    b.booking_id,
    b.entry_number,
    b.reason,
    d.cause,
    d.accepted_by is not null as is_accepted,
    d.james_cents,
    d.exact_cents
from difference as d
left join current_booking as b on d.practice = b.practice and d.source_key = b.source_key
where
    d.practice = %(practice)s
    and d.ended_at is null
    and d.kind = 'general_journal_entry'
    and d.james_cents <> d.exact_cents
    and d.day >= %(from_date)s
    and d.day < %(before_date)s
order by d.day, b.entry_number, d.subject;

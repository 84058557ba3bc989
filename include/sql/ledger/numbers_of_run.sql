-- What a run did: how many bookings reached each state through it, by kind; created and changed
-- debtors apart.
select
    count(*) filter (where b.kind = 'debtor' and not earlier.there) as debtors_created,
    count(*) filter (where b.kind = 'debtor' and earlier.there) as debtors_changed,
    count(*) filter (where b.kind = 'sales_entry') as sales_entries,
    count(*) filter (where b.kind = 'general_journal_entry') as general_journal_entries
from booking as b
cross join
    lateral (
        select exists(
            select 1
            from booking as other
            where
                other.practice = b.practice
                and other.source_key = b.source_key
                and other.booking_id < b.booking_id
                and other.state = 'booked'
        ) as there
    ) as earlier
where b.booking_id in (
    select h.booking_id
    from booking_history as h
    where h.to_state = 'booked' and h.run_id = any(%(run_ids)s::uuid[])
);

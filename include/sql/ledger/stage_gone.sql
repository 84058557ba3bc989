-- Booked, handed over, rejected or held, and no longer in James: written down for the
-- reconciliation, nothing is taken back by itself (B9, FR-G4). James was asked for each of them
-- (stage_ask.sql), or all its keys were read. One that is in James again is not gone any more.
with missing as (
    select b.source_key
    from asked_key as a
    cross join
        lateral (
            select
                booking.source_key,
                booking.state,
                booking.kind,
                booking.entry_date
            from booking
            where booking.practice = %(practice)s and booking.source_key = a.source_key and booking.is_latest
            offset 0  -- noqa: AM09
        ) as b
    left join james_key as k on b.source_key = k.invoice_key
    where
        b.kind <> 'debtor'
        and b.state in ('booked', 'exported', 'rejected', 'held', 'closed')
        and (b.entry_date is null or (b.entry_date >= %(from_date)s and b.entry_date < %(before_date)s))
        and k.invoice_key is null
),

back as (
    delete from james_change as c
    using james_key as k
    where c.practice = %(practice)s and c.source_key = k.invoice_key and c.found is null
)

insert into james_change (practice, source_key, found, run_id)
select
    %(practice)s,
    source_key,
    null as found,
    %(run_id)s
from missing
on conflict (practice, source_key) do update set found = null;

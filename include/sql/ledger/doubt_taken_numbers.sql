-- planned -> doubtful where our number is taken in Exact though nothing of ours is there, or where
-- an entry of others in the journal has our reference and total: what is there is read and compared
-- before anything is sent, whether for the first time or once more. It has stood there since the
-- mirror was read, so it needs no time to settle. Only where the debtor has its relation: whose
-- entry it is can't be told before (the invoice is held meanwhile). Once a run, or once since it
-- was rejected in this run, so that what Exact turns out not to have is sent. Of a batch, or of
-- all. Promises that a ledger that was rebuilt, or is older than Exact, books nothing a second
-- time, and that what was rejected is not booked beside what somebody typed for it since.
update booking as b
set
    state = 'doubtful',
    moved_in_run = %(run_id)s,
    unknown_since = clock_timestamp() - interval '1 day'
where
    b.practice = %(practice)s
    and b.state = 'planned'
    and (
        %(first_id)s::bigint is null
        or (
            b.kind = %(kind)s
            and b.turn = %(turn)s
            and b.booking_id between %(first_id)s and %(last_id)s
        )
    )
    and exists (
        select 1
        from relation as r
        where r.practice = b.practice and r.debtor_number = b.debtor_number
    )
    and not exists (
        select 1
        from booking_history as h
        where
            h.booking_id = b.booking_id
            and h.run_id = %(run_id)s
            and h.to_state = 'doubtful'
            and not exists (
                select 1
                from booking_history as later
                where
                    later.booking_id = h.booking_id
                    and later.history_id > h.history_id
                    and later.to_state = 'rejected'
            )
    )
    and (
        exists (
            select 1
            from exact_line as x
            where
                x.practice = b.practice
                and x.journal = b.journal
                and x.financial_year = b.financial_year
                and x.entry_number = b.entry_number
        )
        or exists (
            select 1
            from exact_line as x
            where
                x.practice = b.practice
                and x.reference = b.reference
                and x.journal = b.journal
                and x.financial_year = b.financial_year
                and x.cents = b.total_cents
                and not exists (
                    select 1
                    from booking as other
                    where other.practice = x.practice and other.exact_id = x.entry_id
                )
        )
    )
returning b.booking_id;

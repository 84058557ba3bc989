-- rejected, held or booked -> closed, on a person's word. `by_person` false: it is booked again
-- when James has it still. Promises that one that is booked is closed only when Exact was read and
-- lacks it.
update booking as b
set state = 'closed', moved_in_run = %(run_id)s, closed_by_person = %(by_person)s
where
    b.booking_id = %(booking_id)s
    and (
        b.state in ('rejected', 'held')
        or (
            b.state = 'booked'
            and exists (
                select 1
                from difference as d
                where
                    d.practice = b.practice
                    and d.subject = b.source_key
                    and d.cause = 'gone_in_exact'
                    and d.ended_at is null
            )
            and not exists (
                select 1
                from exact_line as x
                where x.practice = b.practice and x.entry_id = b.exact_id
            )
        )
    );

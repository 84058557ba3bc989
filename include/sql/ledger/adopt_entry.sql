-- rejected, held or booked -> booked under the id of an entry that somebody made by hand, on a
-- person's word. Promises that a booked one is adopted only when Exact has its own entry no more.
-- Nothing is sent.
update booking as b
set
    state = 'booked',
    version = b.version + 1,
    moved_in_run = %(run_id)s,
    exact_id = %(entry_id)s,
    due_date = null,
    booked_relation = coalesce(
        b.booked_relation,
        (
            select r.exact_id
            from relation as r
            where r.practice = b.practice and r.debtor_number = b.debtor_number
        )
    ),
    booked_at = clock_timestamp(),
    reason = null,
    reason_values = null,
    exact_message = null
where
    b.booking_id = %(booking_id)s
    and b.payload is not null
    and not exists (
        select 1
        from booking as other
        where
            (other.practice, other.journal, other.financial_year, other.entry_number)
            = (b.practice, b.journal, b.financial_year, b.entry_number)
            and other.booking_id <> b.booking_id
            and other.state in ('planned', 'sending', 'doubtful', 'booked', 'held', 'exported')
    )
    and (
        b.state in ('rejected', 'held')
        or (
            b.state = 'booked'
            and not exists (
                select 1
                from exact_line as x
                where x.practice = b.practice and x.entry_id = b.exact_id
            )
        )
    );

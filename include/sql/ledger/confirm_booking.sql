-- sending or doubtful -> booked: Exact has it, under this id. Promises that it is never sent again:
-- no move leads from booked to a state that is sent. The relation that a debtor became is ours as
-- it will be read next.
with written as (
    update relation as r
    set own_version = null
    from booking as of_debtor
    where
        of_debtor.booking_id = %(booking_id)s
        and of_debtor.kind = 'debtor'
        and r.practice = of_debtor.practice
        and r.debtor_number = of_debtor.debtor_number
)

update booking as b
set
    state = 'booked',
    moved_in_run = %(run_id)s,
    exact_id = %(exact_id)s,
    booked_relation = (
        select r.exact_id
        from relation as r
        where b.kind <> 'debtor' and r.practice = b.practice and r.debtor_number = b.debtor_number
    ),
    booked_at = clock_timestamp(),
    claimed_by = null,
    claimed_until = null,
    unknown_since = null,
    absent_since = null,
    reason = null,
    reason_values = null,
    exact_message = null
where booking_id = %(booking_id)s and state in ('sending', 'doubtful')
returning booking_id;

-- planned -> doubtful where our number is taken in Exact though we never sent it: what is there is read and compared before anything is
-- sent. It has stood there since the mirror was read, so it needs no time to settle.
with doubted as (
    update booking as b
    set
        state = 'doubtful',
        unknown_since = clock_timestamp() - interval '1 day'
    where
        b.practice = %(practice)s
        and b.state = 'planned'
        and b.attempt = 0
        and exists (
            select 1
            from exact_line as x
            where
                x.practice = b.practice
                and x.journal = b.journal
                and x.financial_year = b.financial_year
                and x.entry_number = b.entry_number
        )
    returning b.booking_id, b.attempt
)

insert into booking_history (booking_id, run_id, from_state, to_state, attempt)
select
    booking_id,
    %(run_id)s,
    'planned',
    'doubtful',
    attempt
from doubted;

-- What is to be sent of some days: entries dated in them, and the debtors that a run staged for
-- them, debtors first. In batches of consecutive bookings with none of other days between them.
with waiting as (
    select
        b.booking_id,
        b.turn,
        b.kind,
        row_number() over (partition by b.turn, b.kind order by b.booking_id) as place,
        case
            when b.kind = 'debtor'
                then exists (
                    select 1
                    from staged_debtor as s
                    where s.run_id = %(run_id)s and btrim(s.debtor_number) = b.debtor_number
                )
            else b.entry_date >= %(first_day)s and b.entry_date < %(before)s
        end as is_own
    from booking as b
    where b.practice = %(practice)s and b.state in ('planned', 'held', 'sending', 'doubtful')
),

own as (
    select
        booking_id,
        turn,
        kind,
        place - row_number() over (partition by turn, kind order by booking_id) as island
    from waiting
    where is_own
),

numbered as (
    select
        booking_id,
        turn,
        kind,
        island,
        (row_number() over (partition by turn, kind, island order by booking_id) - 1)
        / %(batch_size)s as batch
    from own
)

select
    turn,
    kind,
    min(booking_id) as first_id,
    max(booking_id) as last_id,
    count(*) as bookings
from numbered
group by turn, kind, island, batch
order by kind <> 'debtor', turn, kind, first_id;

-- rejected -> planned for a batch that ended with rejections and is run again by a person: same
-- content, next version (M21). What Exact had twice, or from somebody else (`read_first`), becomes
-- doubtful: promises that it is read again before anything is sent. One whose number another
-- booking has by now stays rejected. The batch may be of an older night: its bookings come back to
-- its turn.
with released as (
    select
        r.booking_id,
        row_number() over (
            partition by r.journal, r.financial_year, coalesce(r.entry_number, -r.booking_id)
            order by r.booking_id
        ) as with_its_number
    from current_booking as r
    where
        r.practice = %(practice)s
        and r.kind = %(kind)s
        and (r.turn = %(turn)s or (r.turn in (1, 2, 3) and %(turn)s in (1, 2, 3)))
        and r.booking_id between %(first_id)s and %(last_id)s
        and r.state = 'rejected'
        and r.payload is not null
        and not exists (
            select 1
            from booking as taken
            where
                taken.practice = r.practice
                and taken.journal = r.journal
                and taken.financial_year = r.financial_year
                and taken.entry_number = r.entry_number
                and taken.state in ('planned', 'sending', 'doubtful', 'booked', 'held', 'exported')
        )
)

update booking as b
set
    state = case when b.reason = any(%(read_first)s) then 'doubtful' else 'planned' end,
    turn = %(turn)s,
    moved_in_run = %(run_id)s,
    unknown_since = case when b.reason = any(%(read_first)s) then clock_timestamp() end,
    version = b.version + 1,
    reason = null,
    reason_values = null,
    exact_message = null
from released
where b.booking_id = released.booking_id and released.with_its_number = 1;

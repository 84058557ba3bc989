-- planned -> held where the debtor has no relation in Exact; held -> planned where it has one by now.
with ready as (
    select
        b.booking_id,
        b.state as from_state,
        r.debtor_number is not null as has_relation
    from booking as b
    left join relation as r
        on
            b.practice = r.practice
            and b.debtor_number = r.debtor_number
    where
        b.practice = %(practice)s
        and b.kind = %(kind)s
        and b.booking_id between %(first_id)s and %(last_id)s
        and b.state in ('planned', 'held')
),

moved as (
    update booking as b
    set
        state = case when ready.has_relation then 'planned' else 'held' end,
        reason = case when ready.has_relation then null else 'debtor_not_booked' end,
        reason_values = case when ready.has_relation then null else jsonb_build_object('debtor', b.debtor_number, 'number', b.entry_number) end
    from ready
    where
        b.booking_id = ready.booking_id
        and (b.state = 'held') = ready.has_relation
    returning b.booking_id, b.attempt, b.state, b.reason, ready.from_state
)

insert into booking_history (booking_id, run_id, from_state, to_state, attempt, reason)
select
    booking_id,
    %(run_id)s,
    from_state,
    state,
    attempt,
    reason
from moved;

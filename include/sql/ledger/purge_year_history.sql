-- Deletes the history of bookings that are past their term, of so many bookings.
with due as (
    select b.booking_id
    from booking_past_term as b
    where b.practice = %(practice)s
    order by b.booking_id
    limit %(rows)s
)

delete from booking_history
where booking_id in (select due.booking_id from due);

-- Deletes bookings that are past their term: so many, the same as their history and lines before.
with due as (
    select b.booking_id
    from booking_past_term as b
    where b.practice = %(practice)s
    order by b.booking_id
    limit %(rows)s
)

delete from booking
where booking_id in (select due.booking_id from due)
returning booking_id;

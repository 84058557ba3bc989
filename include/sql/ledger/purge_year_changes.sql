-- Deletes what James had otherwise of bookings that are past their term, of so many bookings.
with due as (
    select
        b.booking_id,
        b.source_key
    from booking_past_term as b
    where b.practice = %(practice)s
    order by b.booking_id
    limit %(rows)s
)

delete from james_change
where practice = %(practice)s and source_key in (select due.source_key from due);

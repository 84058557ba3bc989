-- How long Exact must still be left to show what this run booked last; 0 when it had time enough,
-- or nothing was booked.
select
    greatest(0, %(settle_seconds)s - extract(epoch from clock_timestamp() - max(booked_at)))::double precision
        as seconds
from booking
where practice = %(practice)s and state = 'booked';

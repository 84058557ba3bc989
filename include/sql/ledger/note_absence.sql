-- A doubtful booking that Exact does not have, asked once. The second settle delay starts now.
update booking
set absent_since = clock_timestamp()
where booking_id = %(booking_id)s and state = 'doubtful' and absent_since is null;

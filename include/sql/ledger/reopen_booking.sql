-- closed -> what it was, when a person takes back that it was closed.
update booking
set state = %(state)s, moved_in_run = %(run_id)s, closed_by_person = false
where booking_id = %(booking_id)s and state = 'closed';

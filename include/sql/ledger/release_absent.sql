-- doubtful -> planned: Exact does not have it.
-- Promises that two looks, each after the settle delay, found nothing before it is sent once more.
update booking
set
    state = 'planned',
    moved_in_run = %(run_id)s,
    unknown_since = null,
    absent_since = null
where booking_id = %(booking_id)s and state = 'doubtful' and absent_since is not null
returning booking_id;

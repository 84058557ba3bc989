-- Stops a practice: nothing of it is sent until a person says go. The first cause stands.
update practice
set
    stopped_at = clock_timestamp(),
    stop_values = %(values)s
where code = %(practice)s and stopped_at is null;
